using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Dispatcher.Testing;
using Dispatcher.Testing.Aws;
using Dispatcher.Testing.Functions;
using Dispatcher.Testing.Server;

namespace Dispatcher.Silo.Tests.EndToEnd;

/// <summary>Functions of images whose pods are AWS's own runtime client, on the real server.</summary>
public sealed class RemoteWorkerTests
{
    private const string Code = """
        const fs = require('fs');
        exports.handler = async (event, context) => {
          fs.appendFileSync('seen', JSON.stringify(event.Records?.length ?? event) + '\n');
          if (event.fail) throw new RangeError('refused');
          if (event.ms) await new Promise((go) => setTimeout(go, event.ms));
          return { pid: process.pid, arn: context.invokedFunctionArn };
        };
        """;

    private static readonly ServerOptions s_options = new()
    {
        Environment = new Dictionary<string, string>
        {
            ["DISPATCHER__REMOTEWORKERS__URL"] = "http://127.0.0.1:0",
            ["DISPATCHER__REMOTEWORKERS__KEY__VALUE"] = "a key for the tests only",
            ["DISPATCHER__REMOTEWORKERS__WAITSECONDS"] = "60",
        },
    };

    public RemoteWorkerTests() => AwsCli.SkipIfMissing();

    [Fact]
    public async Task Image_PodsOfAwsRuntimeClient_RunIt()
    {
        _ = LambdaRic.Program();
        await using var server = await ServerProcess.StartAsync(s_options);
        var (aws, api) = (new AwsCli(server.Url.ToString()), new Api(server.Url));
        await File.WriteAllTextAsync(Path.Combine(server.Folder, "index.js"), Code, TestContext.Current.CancellationToken);
        var created = await aws.RunAsync(
            "lambda", "create-function", "--function-name", "far", "--package-type", "Image", "--code", "ImageUri=registry.example/fn:1",
            "--role", "arn:aws:iam::000000000000:role/r", "--timeout", "60");
        Assert.Equal("Active", created.GetProperty("State").GetString());
        var workers = Workers(server);
        var token = (await ProgramRun.OfAsync("worker-token", "far", "--url", server.Url.ToString())).Output.Trim();
        using (var stranger = new HttpClient())
        {
            using var answer = await stranger.GetAsync(new Uri(workers, $"/{new string('a', 32)}/2018-06-01/runtime/invocation/next"), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        }

        await DirectAsync(server, aws, api, workers, token);
        await BehindProxyAsync(server, api, workers, token);
        await StreamedAsync(server, api, workers, token);
        await BrokenAsync(server, api, workers, token);
        await MappingLedger.BalancedAsync(server.Url);
    }

    /// <summary>The client's connection tells when it dies.</summary>
    private static async Task DirectAsync(ServerProcess server, AwsCli aws, Api api, Uri workers, string token)
    {
        using var pod = RemotePod.WithPath(server.Folder, workers, token);
        var (meta, payload) = await aws.InvokeAsync("far", "{}");
        Assert.Equal(200, meta.GetProperty("StatusCode").GetInt32());
        Assert.Contains("\"arn\":\"arn:aws:lambda:us-east-1:000000000000:function:far\"", payload);

        var killed = InvokeAsync(api, """{"ms":100000}""");
        await SeenAsync(server, "{\"ms\":100000}");
        pod.Client.Kill();
        Assert.Equal("Runtime.ExitError", (await killed).GetProperty("errorType").GetString());
    }

    /// <summary>The proxy's header tells when a worker was started anew.</summary>
    private static async Task BehindProxyAsync(ServerProcess server, Api api, Uri workers, string token)
    {
        using var pod = await RemotePod.WithProxyAsync(server.Folder, workers, token);
        var failed = await InvokeAsync(api, """{"fail":true}""");
        Assert.Equal(("RangeError", "refused"), (failed.GetProperty("errorType").GetString(), failed.GetProperty("errorMessage").GetString()));
        await api.CreateStreamAsync("s", shards: 1);
        await api.MapStreamAsync("s", new JsonObject { ["FunctionName"] = "far", ["BatchSize"] = 10, ["MaximumBatchingWindowInSeconds"] = 1 });
        await KinesisPuts.PutNumbersAsync(server.Url, "s", 0, 10, 1);
        await SeenAsync(server, "10");

        var lost = InvokeAsync(api, """{"ms":100001}""");
        await SeenAsync(server, "{\"ms\":100001}");
        pod.Restart(server.Folder);
        Assert.Equal("Runtime.ExitError", (await lost).GetProperty("errorType").GetString());
        Assert.True((await InvokeAsync(api, "{}")).TryGetProperty("pid", out _));

        (await api.LambdaAsync(HttpMethod.Put, "/2015-03-31/functions/far/configuration", new JsonObject { ["Timeout"] = 1 })).Must(HttpStatusCode.OK);
        Assert.Equal("Sandbox.Timedout", (await InvokeAsync(api, """{"ms":100002}""")).GetProperty("errorType").GetString());
    }

    /// <summary>What a worker streams reaches the caller before the function ends.</summary>
    private static async Task StreamedAsync(ServerProcess server, Api api, Uri workers, string token)
    {
        (await api.LambdaAsync(HttpMethod.Put, "/2015-03-31/functions/far/configuration", new JsonObject { ["Timeout"] = 60 })).Must(HttpStatusCode.OK);
        await File.WriteAllTextAsync(Path.Combine(server.Folder, "streamed.js"), """
            const fs = require('fs');
            exports.handler = awslambda.streamifyResponse(async (event, stream) => {
              stream.write('the first part, ');
              while (!fs.existsSync('go')) await new Promise((resolve) => setTimeout(resolve, 10));
              stream.end('and the last');
            });
            """, TestContext.Current.CancellationToken);
        using var pod = await RemotePod.WithProxyAsync(server.Folder, workers, token, "streamed.handler");
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Url, "/2021-11-15/functions/far/response-streaming-invocations"));
        request.Content = new StringContent("{}");
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        await using var stream = await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        var (buffer, seen) = (new byte[4096], "");
        while (!seen.Contains("InvokeComplete", StringComparison.Ordinal))
        {
            var count = await stream.ReadAsync(buffer, TestContext.Current.CancellationToken);
            Assert.True(count > 0, $"the stream ended after: {seen}");
            seen += System.Text.Encoding.Latin1.GetString(buffer, 0, count);
            if (seen.Contains("the first part, ", StringComparison.Ordinal))
            {
                await File.WriteAllTextAsync(Path.Combine(server.Folder, "go"), "", TestContext.Current.CancellationToken);
            }
        }

        Assert.Matches("(?s)the first part, .*and the last.*InvokeComplete", seen);
        Assert.DoesNotContain("ErrorCode", seen);
    }

    /// <summary>Who waits for a worker gets the error with which it could not start.</summary>
    private static async Task BrokenAsync(ServerProcess server, Api api, Uri workers, string token)
    {
        await File.WriteAllTextAsync(Path.Combine(server.Folder, "broken.js"), "throw new TypeError('at load');", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(server.Folder, "go"), "", TestContext.Current.CancellationToken);
        var waiting = InvokeAsync(api, "{}");
        while (!waiting.IsCompleted)
        {
            using var pod = await RemotePod.WithProxyAsync(server.Folder, workers, token, "broken.handler");
            await pod.Client.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal(("TypeError", "at load"), ((await waiting).GetProperty("errorType").GetString(), (await waiting).GetProperty("errorMessage").GetString()));
    }

    private static async Task<System.Text.Json.JsonElement> InvokeAsync(Api api, string payload)
        => (await api.LambdaAsync(HttpMethod.Post, "/2015-03-31/functions/far/invocations", JsonNode.Parse(payload)!.AsObject())).Must(HttpStatusCode.OK);

    private static Task SeenAsync(ServerProcess server, string line)
    {
        var file = Path.Combine(server.Folder, "seen");
        return Eventually.TrueAsync(() => File.Exists(file) && File.ReadAllLines(file).Contains(line), $"the handler got {line}");
    }

    private static Uri Workers(ServerProcess server)
        => new(Regex.Match(server.Log, "Remote workers are heard at (?<url>http://[0-9.:]+)", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(10)).Groups["url"].Value);
}
