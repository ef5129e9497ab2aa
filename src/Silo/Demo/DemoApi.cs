using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Dispatcher.Silo.Demo;

/// <summary>The calls of the demo, as an AWS SDK would make them: Lambda's REST and Kinesis' JSON 1.1 over HTTP.</summary>
internal sealed class DemoApi(Uri server) : IDisposable
{
    /// <summary>Records of one PutRecords call.</summary>
    public const int PutSize = 500;

    private const string Mappings = "/2015-03-31/event-source-mappings/";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly HttpClient _http = new() { BaseAddress = server, Timeout = TimeSpan.FromSeconds(60) };
    private string _streamArn = "";

    /// <summary>Creates the stream and waits until it is active.</summary>
    public async Task CreateStreamAsync(int shards, CancellationToken cancellation)
    {
        await KinesisAsync("CreateStream", Json(new JsonObject { ["StreamName"] = DemoPlan.Stream, ["ShardCount"] = shards }), cancellation);
        await UntilAsync("the stream is active", async () =>
        {
            var answer = await KinesisAsync("DescribeStreamSummary", Json(new JsonObject { ["StreamName"] = DemoPlan.Stream }), cancellation);
            var summary = answer.GetProperty("StreamDescriptionSummary");
            _streamArn = summary.GetProperty("StreamARN").GetString()!;
            return summary.GetProperty("StreamStatus").GetString() == "ACTIVE";
        }, cancellation);
    }

    /// <summary>Creates the function.</summary>
    public async Task CreateFunctionAsync(byte[] archive, IReadOnlyDictionary<string, string> environment, CancellationToken cancellation)
    {
        var variables = new JsonObject();
        foreach (var (name, value) in environment)
        {
            variables[name] = value;
        }

        await SendAsync(HttpMethod.Post, "/2015-03-31/functions", new JsonObject
        {
            ["FunctionName"] = DemoPlan.Function,
            ["Runtime"] = "provided.al2023",
            ["Handler"] = "bootstrap",
            ["Role"] = "arn:aws:iam::000000000000:role/demo",
            ["Timeout"] = 30,
            ["MemorySize"] = 512, // a program of .NET, which takes what is there before it collects
            ["Environment"] = new JsonObject { ["Variables"] = variables },
            ["Code"] = new JsonObject { ["ZipFile"] = Convert.ToBase64String(archive) },
        }, cancellation);
    }

    /// <summary>Creates the mapping and waits until it is enabled.</summary>
    public async Task CreateMappingAsync(int batchSize, CancellationToken cancellation)
    {
        var mapping = await SendAsync(HttpMethod.Post, Mappings, new JsonObject
        {
            ["EventSourceArn"] = _streamArn,
            ["FunctionName"] = DemoPlan.Function,
            ["BatchSize"] = batchSize,
            ["StartingPosition"] = "TRIM_HORIZON",
        }, cancellation);
        var path = Mappings + mapping.GetProperty("UUID").GetString();
        await UntilAsync(
            "the mapping is enabled",
            async () => (await SendAsync(HttpMethod.Get, path, null, cancellation)).GetProperty("State").GetString() == "Enabled",
            cancellation);
    }

    /// <summary>Puts records <paramref name="first"/>.. and returns how many were taken; those refused are put again.</summary>
    public async Task<int> PutAsync(int first, int count, CancellationToken cancellation)
    {
        var numbers = Enumerable.Range(first, count).ToList();
        while (numbers.Count > 0)
        {
            var answer = await KinesisAsync("PutRecords", Records(numbers), cancellation);
            var results = answer.GetProperty("Records");
            numbers = numbers.Where((_, i) => results[i].TryGetProperty("ErrorCode", out JsonElement _)).ToList();
        }

        return count;
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static byte[] Records(List<int> numbers)
    {
        var at = (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).TotalMilliseconds;
        var body = new ArrayBufferWriter<byte>(64 * 1024);
        using var json = new Utf8JsonWriter(body);
        json.WriteStartObject();
        json.WriteString("StreamName", DemoPlan.Stream);
        json.WriteStartArray("Records");
        foreach (var number in numbers)
        {
            json.WriteStartObject();
            json.WriteString("PartitionKey", string.Create(CultureInfo.InvariantCulture, $"customer-{number % 997}"));
            json.WriteBase64String("Data", Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{"n":{{number}},"at":{{at:F3}},"what":"an order"}""")));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return body.WrittenSpan.ToArray();
    }

    private async Task<JsonElement> KinesisAsync(string operation, byte[] body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new ByteArrayContent(body) };
        request.Headers.Add("X-Amz-Target", "Kinesis_20131202." + operation);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.1");
        return await SendAsync(request, operation, cancellation);
    }

    private async Task<JsonElement> SendAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Json(body));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        return await SendAsync(request, $"{method} {path}", cancellation);
    }

    private async Task<JsonElement> SendAsync(HttpRequestMessage request, string what, CancellationToken cancellation)
    {
        using var response = await _http.SendAsync(request, cancellation);
        var text = await response.Content.ReadAsStringAsync(cancellation);
        if (!response.IsSuccessStatusCode)
        {
            throw new DemoException($"{what} was answered with {(int)response.StatusCode}: {text}");
        }

        using var document = JsonDocument.Parse(text.Length == 0 ? "{}" : text);
        return document.RootElement.Clone();
    }

    private static async Task UntilAsync(string what, Func<Task<bool>> ask, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        var start = TimeProvider.System.GetTimestamp();
        while (!await ask())
        {
            if (TimeProvider.System.GetElapsedTime(start) > Patience)
            {
                throw new DemoException($"after {Patience.TotalSeconds} s it is still not so that {what}");
            }

            await timer.WaitForNextTickAsync(cancellation);
        }
    }

    private static byte[] Json(JsonObject value) => Encoding.UTF8.GetBytes(value.ToJsonString());
}
