using System.IO.Compression;
using System.Text.Json;
using Dispatcher.Testing.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Silo.Tests.EndToEnd;

/// <summary>InvokeWithResponseStream of the AWS SDK for JavaScript against the real server; the CLI does not have it.</summary>
public sealed class ResponseStreamTests
{
    private const string Node = """
        const fs = require('fs');
        exports.handler = awslambda.streamifyResponse(async (event, stream) => {
          stream.write('first ');
          while (event.go && !fs.existsSync(event.go)) await new Promise((resolve) => setTimeout(resolve, 10));
          console.log('wrote');
          if (event.fail) throw new RangeError('half way');
          if (event.large) for (let i = 0; i < 100; i++) if (!stream.write(Buffer.alloc(100000, 'x'))) await new Promise((resolve) => stream.once('drain', resolve));
          stream.end('last');
        });
        exports.collected = async (event) => { if (event.fail) throw new RangeError('at once'); return event; };
        """;

    [Fact]
    public async Task Stream_EveryKindOfFunction_AnswersAsOnLambda()
    {
        var clients = SdkTests.Clients();
        await using var web = await WebAsync();
        await using var server = await ServerProcess.StartAsync();

        var result = await SdkTests.RunAsync(
            clients, "stream.mjs", "x", "x", server.Url.ToString().TrimEnd('/'), await ArchiveAsync(server.Folder), Path.Combine(server.Folder, "go"), web.Urls.First());

        var stream = result.GetProperty("stream");
        Assert.Equal(("first last", "$LATEST"), (Text(stream, "text"), Text(stream, "version")));
        Assert.Equal("application/vnd.amazon.eventstream", Text(stream, "type"));
        Assert.Contains("wrote", Text(stream, "log"));
        Assert.Equal(10_000_010, result.GetProperty("large").GetProperty("bytes").GetInt32());
        var failed = result.GetProperty("failed");
        Assert.Equal(("first ", "RangeError"), (Text(failed, "text"), Text(failed.GetProperty("end"), "ErrorCode")));
        Assert.Contains("half way", Text(failed.GetProperty("end"), "ErrorDetails"));
        Assert.Equal("""{"a":1}""", Text(result.GetProperty("collected"), "text"));
        Assert.Equal("Unhandled", Text(result.GetProperty("thrown").GetProperty("end"), "ErrorCode"));
        Assert.Equal("\"python\"", Text(result.GetProperty("python"), "text"));
        Assert.Equal("from the web", Text(result.GetProperty("web"), "text"));
        Assert.Equal("first last", Text(result, "plain"));
        Assert.Equal(204, result.GetProperty("dryRun").GetInt32());
        Assert.Equal("ResourceNotFoundException", Text(result, "missing"));
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private static async Task<WebApplication> WebAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var web = builder.Build();
        web.Run(context => context.Response.WriteAsync("from the web"));
        await web.StartAsync();
        return web;
    }

    private static async Task<string> ArchiveAsync(string folder)
    {
        var path = Path.Combine(folder, "stream.zip");
        await using var file = File.Create(path);
        await using var zip = new ZipArchive(file, ZipArchiveMode.Create);
        foreach (var (name, text) in new[] { ("index.js", Node), ("app.py", "def handler(event, context):\n    return 'python'\n") })
        {
            await using var writer = new StreamWriter(await zip.CreateEntry(name).OpenAsync());
            await writer.WriteAsync(text);
        }

        return path;
    }
}
