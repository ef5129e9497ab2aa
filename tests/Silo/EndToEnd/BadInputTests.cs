using System.IO.Compression;
using System.Net;
using System.Text.Json.Nodes;
using Dispatcher.Testing.Server;

namespace Dispatcher.Silo.Tests.EndToEnd;

/// <summary>Functions that cannot be: a clear error of AWS's kind from the real server, which lives on.</summary>
public sealed class BadInputTests
{
    [Theory]
    [InlineData("provided.al2023", "other.sh", "bootstrap")]
    [InlineData("provided.al2023", "../bootstrap", "../bootstrap")]
    [InlineData("python3.11", "/etc/app.py", "/etc/app.py")]
    public async Task CreateFunction_BadArchive_IsRefused(string runtime, string entry, string named)
    {
        await using var server = await ServerProcess.StartAsync();

        var answer = await CreateAsync(new Api(server.Url), runtime, entry);

        Assert.Equal("InvalidParameterValueException", answer.Error);
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains(named, answer.Body.GetProperty("message").GetString());
        await LivesAsync(server);
    }

    [Theory]
    [InlineData("nodejs20.x", "/no/such/node")]
    [InlineData("python3.11", "/no/such/python")]
    public async Task CreateFunction_InterpreterMissing_NamesIt(string runtime, string interpreter)
    {
        await using var server = await ServerProcess.StartAsync(new ServerOptions
        {
            Config = """{ "Workers": { "Node": "/no/such/node", "Python": "/no/such/python" } }""",
        });

        var answer = await CreateAsync(new Api(server.Url), runtime, "app.py");

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains(interpreter, answer.Body.GetProperty("message").GetString());
        await LivesAsync(server);
    }

    /// <summary>The interpreter was there when the function was created, and then the machine lost it.</summary>
    [Fact]
    public async Task Map_InterpreterGone_ShowsItAndGoesOnWhenItIsBack()
    {
        var folder = Directory.CreateTempSubdirectory("dispatcher-python-");
        try
        {
            var python = Path.Combine(folder.FullName, "python3");
            File.CreateSymbolicLink(python, "/usr/bin/python3");
            await using var server = await ServerProcess.StartAsync(new ServerOptions
            {
                Config = new JsonObject { ["Workers"] = new JsonObject { ["Python"] = python } }.ToJsonString(),
            });
            var api = new Api(server.Url);
            (await CreateAsync(api, "python3.11", "app.py", "def handler(event, context):\n    return 1\n")).Must(HttpStatusCode.Created);
            await api.CreateStreamAsync("orders", 1);
            File.Delete(python);
            await KinesisPuts.PutNumbersAsync(server.Url, "orders", 0, 10, 1);
            var uuid = await api.MapStreamAsync("orders");

            await api.ResultAsync(uuid, "PROBLEM");
            File.CreateSymbolicLink(python, "/usr/bin/python3");
            await api.ResultAsync(uuid, "OK");
            await MappingLedger.BalancedAsync(server.Url);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Map_FunctionOrStreamMissing_IsRefused()
    {
        await using var server = await ServerProcess.StartAsync();
        var api = new Api(server.Url);
        var body = new JsonObject
        {
            ["FunctionName"] = "missing",
            ["StartingPosition"] = "LATEST",
            ["EventSourceArn"] = "arn:aws:kinesis:us-east-1:000000000000:stream/missing",
        };

        var answer = await api.LambdaAsync(HttpMethod.Post, "/2015-03-31/event-source-mappings", body);

        Assert.InRange((int)answer.Status, 400, 404);
        Assert.NotNull(answer.Error);
        await LivesAsync(server);
    }

    private static async Task LivesAsync(ServerProcess server)
        => Assert.Equal("ready\n", await new Api(server.Url).TextAsync("/health/ready"));

    private static async Task<ApiAnswer> CreateAsync(Api api, string runtime, string entry, string text = "")
    {
        using var archive = new MemoryStream();
        await using (var zip = new ZipArchive(archive, ZipArchiveMode.Create, leaveOpen: true))
        {
            await using var writer = new StreamWriter(zip.CreateEntry(entry).Open());
            await writer.WriteAsync(text);
        }

        return await api.LambdaAsync(HttpMethod.Post, "/2015-03-31/functions", new JsonObject
        {
            ["FunctionName"] = "f",
            ["Runtime"] = runtime,
            ["Handler"] = "app.handler",
            ["Role"] = "arn:aws:iam::000000000000:role/r",
            ["Code"] = new JsonObject { ["ZipFile"] = Convert.ToBase64String(archive.ToArray()) },
        });
    }
}
