using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dispatcher.Testing;

namespace Dispatcher.Silo.Tests.EndToEnd;

/// <summary>The wire APIs of a server as plain HTTP: what the CLI and the SDKs send, without their start-up time.</summary>
internal sealed class Api(Uri server)
{
    private const string Mappings = "/2015-03-31/event-source-mappings";
    private const string Functions = "/2015-03-31/functions";
    private static readonly HttpClient s_http = new();

    /// <summary>Calls a function's or mapping's operation, whatever its end.</summary>
    public async Task<ApiAnswer> LambdaAsync(HttpMethod method, string path, JsonObject? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(server, path));
        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        }

        return await SendAsync(request);
    }

    /// <summary>Calls an operation of the Kinesis API, whatever its end.</summary>
    public async Task<ApiAnswer> KinesisAsync(string operation, JsonObject body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, server) { Content = new StringContent(body.ToJsonString()) };
        request.Headers.Add("X-Amz-Target", $"Kinesis_20131202.{operation}");
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.1");
        return await SendAsync(request);
    }

    /// <summary>Calls an operation of the SQS API over JSON, which must succeed.</summary>
    public async Task<JsonElement> SqsAsync(string operation, JsonObject body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, server) { Content = new StringContent(body.ToJsonString()) };
        request.Headers.Add("X-Amz-Target", $"AmazonSQS.{operation}");
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.0");
        return (await SendAsync(request)).Must(HttpStatusCode.OK);
    }

    /// <summary>Creates an HTTP function.</summary>
    public async Task CreateFunctionAsync(string url, string name = "f") => (await LambdaAsync(HttpMethod.Post, Functions, new JsonObject
    {
        ["FunctionName"] = name,
        ["PackageType"] = "Image",
        ["Role"] = "arn:aws:iam::000000000000:role/r",
        ["Code"] = new JsonObject { ["ImageUri"] = url },
    })).Must(HttpStatusCode.Created);

    /// <summary>Creates an embedded stream.</summary>
    public async Task CreateStreamAsync(string name, int shards) => (await KinesisAsync(
        "CreateStream", new JsonObject { ["StreamName"] = name, ["ShardCount"] = shards })).Must(HttpStatusCode.OK);

    /// <summary>Creates a mapping of function <c>f</c>; returns its UUID.</summary>
    public async Task<string> MapAsync(JsonObject options)
    {
        options["FunctionName"] ??= "f";
        return (await LambdaAsync(HttpMethod.Post, Mappings, options)).Must(HttpStatusCode.Accepted).GetProperty("UUID").GetString()!;
    }

    /// <summary>Creates a mapping of function <c>f</c> to an embedded stream and waits until it is enabled; returns its UUID.</summary>
    public async Task<string> MapStreamAsync(string stream, JsonObject? options = null)
    {
        options ??= [];
        options["EventSourceArn"] = $"arn:aws:kinesis:us-east-1:000000000000:stream/{stream}";
        options["StartingPosition"] ??= "TRIM_HORIZON";
        var uuid = await MapAsync(options);
        await StateAsync(uuid, "Enabled");
        return uuid;
    }

    /// <summary>A mapping as it is now.</summary>
    public async Task<JsonElement> MappingAsync(string uuid)
        => (await LambdaAsync(HttpMethod.Get, $"{Mappings}/{uuid}")).Must(HttpStatusCode.OK);

    /// <summary>Changes a mapping.</summary>
    public async Task<JsonElement> UpdateAsync(string uuid, JsonObject options)
        => (await LambdaAsync(HttpMethod.Put, $"{Mappings}/{uuid}", options)).Must(HttpStatusCode.Accepted);

    /// <summary>Deletes a mapping and waits until it is gone.</summary>
    public async Task DeleteAsync(string uuid)
    {
        (await LambdaAsync(HttpMethod.Delete, $"{Mappings}/{uuid}")).Must(HttpStatusCode.Accepted);
        await Eventually.EqualAsync(HttpStatusCode.NotFound, async () => (await LambdaAsync(HttpMethod.Get, $"{Mappings}/{uuid}")).Status);
    }

    /// <summary>Waits until a mapping is in a state.</summary>
    public Task StateAsync(string uuid, string state)
        => Eventually.EqualAsync(state, async () => (await MappingAsync(uuid)).GetProperty("State").GetString());

    /// <summary>Waits until a mapping gives a reason for its state; returns its LastProcessingResult.</summary>
    public async Task<string> ReasonAsync(string uuid, string reason)
    {
        await Eventually.EqualAsync(reason, async () => (await MappingAsync(uuid)).GetProperty("StateTransitionReason").GetString());
        return (await MappingAsync(uuid)).GetProperty("LastProcessingResult").GetString()!;
    }

    /// <summary>Waits until the last thing that a mapping did came to this.</summary>
    public Task ResultAsync(string uuid, string beginning) => Eventually.TrueAsync(
        async () => (await MappingAsync(uuid)).GetProperty("LastProcessingResult").GetString()!.StartsWith(beginning, StringComparison.Ordinal),
        $"LastProcessingResult begins with {beginning}");

    /// <summary>Reads a page of the server that is no API.</summary>
    public Task<string> TextAsync(string path) => s_http.GetStringAsync(new Uri(server, path));

    /// <summary>The status that a page of the server is answered with.</summary>
    public async Task<HttpStatusCode> StatusAsync(string path)
    {
        using var answer = await s_http.GetAsync(new Uri(server, path));
        return answer.StatusCode;
    }

    private static async Task<ApiAnswer> SendAsync(HttpRequestMessage request)
    {
        using var answer = await s_http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        answer.Headers.TryGetValues("x-amzn-ErrorType", out var error);
        using var json = JsonDocument.Parse(text.Length == 0 ? "{}" : text);
        return new ApiAnswer(answer.StatusCode, error?.First(), json.RootElement.Clone());
    }
}
