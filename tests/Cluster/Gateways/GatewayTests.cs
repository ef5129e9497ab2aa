using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using Dispatcher.Cluster.Tests.Postgres;
using Dispatcher.Testing;
using Dispatcher.Testing.Aws;
using Dispatcher.Testing.Functions;
using Dispatcher.Testing.Server;

namespace Dispatcher.Cluster.Tests.Gateways;

/// <summary>Real processes: two silos without an API and a gateway that runs nothing, with TLS between them.</summary>
public sealed class GatewayTests : IDisposable
{
    private const string Code = """
        import os
        def handler(event, context):
            if event.get("fail"):
                raise ValueError("no good")
            if event.get("mark"):
                with open(os.environ["SEEN"], "a") as seen:
                    seen.write(event["mark"] + "\n")
            for record in event.get("Records", []):
                with open(os.environ["SEEN"], "a") as seen:
                    seen.write(record["kinesis"]["partitionKey"] + "\n")
            return {"server": os.getppid(), "version": os.environ["VERSION"]}
        """;

    private const string Streaming = """
        const fs = require('fs');
        exports.handler = awslambda.streamifyResponse(async (event, stream) => {
          stream.write('first ');
          while (!fs.existsSync(event.go)) await new Promise((resolve) => setTimeout(resolve, 10));
          stream.end('last');
        });
        """;

    private readonly TempFolder _folder = new();
    private readonly TestAuthority _authority = new();

    private string Seen => Path.Combine(_folder.Path, "seen");

    public GatewayTests() => AwsCli.SkipIfMissing();

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Gateway_WithSilosBehindIt_ServesTheApiAndRunsNothingItself()
    {
        await using var postgres = await PostgresServer.StartAsync();
        await using var one = await StartAsync(postgres, "silo");
        await using var two = await StartAsync(postgres, "silo");
        await using var gateway = await StartAsync(postgres, "gateway");
        var aws = new AwsCli(gateway.Url.ToString());

        // Sync, through TLS: the workers belong to silos.
        await CreateAsync(aws);
        Assert.Contains(await ServerAsync(aws), new[] { one.ProcessId, two.ProcessId });
        var (failed, text) = await aws.InvokeAsync("hello", """{"fail":true}""");
        Assert.Equal("Unhandled", failed.GetProperty("FunctionError").GetString());
        Assert.Contains("no good", text, StringComparison.Ordinal);
        Assert.Contains("Function not found", await aws.FailAsync("lambda", "invoke", "--function-name", "none", "/dev/null"), StringComparison.Ordinal);

        // A streamed answer reaches the caller while the function runs on the silo.
        await CreateStreamingAsync(aws);
        Assert.Equal("first last", await StreamAsync(gateway));

        // A change at the gateway has reached every silo when it is answered.
        await aws.RunAsync("lambda", "update-function-configuration", "--function-name", "hello", "--environment", $"Variables={{SEEN={Seen},VERSION=two}}");
        for (var i = 0; i < 4; i++)
        {
            Assert.Contains("\"version\": \"two\"", (await aws.InvokeAsync("hello", "{}")).Payload, StringComparison.Ordinal);
        }

        // Events and mappings are worked on by silos.
        await aws.InvokeAsync("hello", """{"mark":"event"}""", "--invocation-type", "Event");
        await SeenAsync("event");
        await aws.RunAsync("kinesis", "create-stream", "--stream-name", "orders", "--shard-count", "1");
        var mapping = await aws.RunAsync(
            "lambda", "create-event-source-mapping", "--function-name", "hello", "--starting-position", "TRIM_HORIZON",
            "--event-source-arn", "arn:aws:kinesis:us-east-1:000000000000:stream/orders");
        await aws.RunAsync("kinesis", "put-record", "--stream-name", "orders", "--partition-key", "record", "--data", "e30=");
        await SeenAsync("record");
        var status = await GetAsync(gateway, $"/dispatcher/mappings/{mapping.GetProperty("UUID").GetString()}");
        Assert.Contains("\"shards\"", status.Text, StringComparison.OrdinalIgnoreCase);

        await Eventually.EqualAsync("""{"lag":0,"mappings":1}""", async () => (await GetAsync(gateway, "/dispatcher/lag")).Text);

        // It goes on with the silo that is left.
        await one.KillAsync();
        await Eventually.TrueAsync(async () => (await aws.TryAsync("lambda", "invoke", "--function-name", "hello", "/dev/null")).ExitCode == 0, "the other silo answers");
        Assert.Equal(two.ProcessId, await ServerAsync(aws));
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(gateway, "/health/ready")).Status);

        // Without any it is alive and not ready, and it still ends as it is told.
        await two.KillAsync();
        await Eventually.TrueAsync(async () => (await GetAsync(gateway, "/health/ready")).Status == HttpStatusCode.ServiceUnavailable, "the gateway is not ready");
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(gateway, "/health/live")).Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await GetAsync(gateway, "/dispatcher/lag")).Status);
        Assert.Equal(0, await gateway.StopAsync());
    }

    [Fact]
    public async Task Gateway_WithACertificateOfAnotherAuthority_IsRefusedBySilos()
    {
        using var other = new TestAuthority();
        await using var postgres = await PostgresServer.StartAsync();
        await using var silo = await StartAsync(postgres, "silo");

        var start = new ProcessStartInfo(ServerProcess.Program, ["serve", "--url", "http://127.0.0.1:0", "--data", _folder.Path]) { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var (name, value) in Settings(postgres, "gateway", other.Settings(trusted: _authority)))
        {
            start.Environment[name] = value;
        }

        using var gateway = Process.Start(start)!;
        var output = gateway.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => silo.Log.Contains("authentication failed", StringComparison.OrdinalIgnoreCase), "the silo refuses it");
        gateway.Kill();

        Assert.DoesNotContain("is ready", await output, StringComparison.Ordinal);
    }

    private static async Task<(HttpStatusCode Status, string Text)> GetAsync(ServerProcess server, string path)
    {
        using var client = new HttpClient();
        using var answer = await client.GetAsync(new Uri(server.Url, path), TestContext.Current.CancellationToken);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static async Task<int> ServerAsync(AwsCli aws)
    {
        var (_, answer) = await aws.InvokeAsync("hello", "{}");
        return JsonDocument.Parse(answer).RootElement.GetProperty("server").GetInt32();
    }

    private static Dictionary<string, string> Settings(PostgresServer postgres, string role, Dictionary<string, string> tls) => new(tls, StringComparer.Ordinal)
    {
        ["DISPATCHER__Cluster__Enabled"] = "true",
        ["DISPATCHER__Cluster__Role"] = role,
        ["DISPATCHER__Cluster__Postgres"] = postgres.ConnectionString,
        ["DISPATCHER__Cluster__SiloPort"] = "0",
        ["DISPATCHER__Cluster__GatewayPort"] = "0",
        ["DISPATCHER__Cluster__AdvertiseAddress"] = "127.0.0.1",
    };

    private Task<ServerProcess> StartAsync(PostgresServer postgres, string role)
        => ServerProcess.StartAsync(new ServerOptions { Environment = Settings(postgres, role, _authority.Settings()) });

    private async Task CreateStreamingAsync(AwsCli aws) => await aws.RunAsync(
        "lambda", "create-function", "--function-name", "stream", "--runtime", "nodejs20.x", "--handler", "index.handler",
        "--role", "arn:aws:iam::000000000000:role/any",
        "--zip-file", $"fileb://{await FunctionArchive.WriteAsync(_folder.Path, "stream", "index.js", Streaming)}");

    /// <summary>The words of the answer; the second is only there when the first has been seen.</summary>
    private async Task<string> StreamAsync(ServerProcess gateway)
    {
        var go = Path.Combine(_folder.Path, "go");
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(gateway.Url, "/2021-11-15/functions/stream/response-streaming-invocations"));
        request.Content = new StringContent($$"""{"go":"{{go}}"}""");
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        await using var body = await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        var (text, buffer) = (new StringBuilder(), new byte[4096]);
        while (await body.ReadAsync(buffer, TestContext.Current.CancellationToken) is > 0 and var read)
        {
            text.Append(Encoding.Latin1.GetString(buffer, 0, read));
            if (text.ToString().Contains("first ", StringComparison.Ordinal))
            {
                await File.WriteAllTextAsync(go, "", TestContext.Current.CancellationToken);
            }
        }

        return string.Concat(new[] { "first ", "last" }.Where(word => text.ToString().Contains(word, StringComparison.Ordinal)));
    }

    private async Task CreateAsync(AwsCli aws) => await aws.RunAsync(
        "lambda", "create-function", "--function-name", "hello", "--runtime", "python3.11", "--handler", "app.handler",
        "--role", "arn:aws:iam::000000000000:role/any", "--environment", $"Variables={{SEEN={Seen},VERSION=one}}",
        "--zip-file", $"fileb://{await FunctionArchive.WriteAsync(_folder.Path, "hello", "app.py", Code)}");

    private Task SeenAsync(string mark) => Eventually.TrueAsync(
        async () => File.Exists(Seen) && (await File.ReadAllLinesAsync(Seen, TestContext.Current.CancellationToken)).Contains(mark), $"{mark} is seen");
}
