using System.IO.Compression;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Dispatcher.Testing.Server;

namespace Dispatcher.Bench;

/// <summary>The real server in a process of its own, with functions to call.</summary>
internal sealed class InvokeServer(ServerProcess server) : IAsyncDisposable
{
    private readonly HttpClient _http = new();

    public ServerProcess Process => server;

    public static async Task<InvokeServer> StartAsync()
        => new(await ServerProcess.StartAsync(new ServerOptions { Config = """{ "Log": { "Level": "Warning" } }""" }));

    /// <summary>Where a function is invoked.</summary>
    public string Invoke(string function) => $"{server.Url}2015-03-31/functions/{function}/invocations";

    public Task CreateWebAsync(string name, string url) => CreateAsync(new JsonObject
    {
        ["FunctionName"] = name,
        ["PackageType"] = "Image",
        ["Timeout"] = 900,
        ["Code"] = new JsonObject { ["ImageUri"] = url },
    });

    public async Task CreateNodeAsync(string name, string code)
    {
        using var archive = new MemoryStream();
        using (var zip = new ZipArchive(archive, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var writer = new StreamWriter(zip.CreateEntry("index.js").Open());
            writer.Write(code);
        }

        await CreateAsync(new JsonObject
        {
            ["FunctionName"] = name,
            ["Runtime"] = "nodejs20.x",
            ["Handler"] = "index.handler",
            ["Timeout"] = 60,
            ["Code"] = new JsonObject { ["ZipFile"] = Convert.ToBase64String(archive.ToArray()) },
        });
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await server.DisposeAsync();
    }

    private async Task CreateAsync(JsonObject function)
    {
        function["Role"] = "arn:aws:iam::000000000000:role/bench";
        using var answer = await _http.PostAsJsonAsync($"{server.Url}2015-03-31/functions", function);
        answer.EnsureSuccessStatusCode();
    }
}
