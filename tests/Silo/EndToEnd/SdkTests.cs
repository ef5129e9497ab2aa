using System.Diagnostics;
using System.Text.Json;
using Dispatcher.Testing;
using Dispatcher.Testing.Functions;
using Dispatcher.Testing.Server;

namespace Dispatcher.Silo.Tests.EndToEnd;

/// <summary>The AWS SDK for JavaScript (CBOR for Kinesis, JSON for Lambda) against the real server.</summary>
public sealed class SdkTests
{
    [Fact]
    public async Task Drive_SdkForJavaScript_FindsEverythingAsInAws()
    {
        var clients = Clients();
        await using var server = await ServerProcess.StartAsync();
        var function = new RecordingFunction(server.Folder);

        var result = await DriveAsync(clients, "x", "x", server.Url.ToString().TrimEnd('/'), await function.WriteAsync(), function.Seen);

        Assert.Equal("ACTIVE", result.GetProperty("status").GetString());
        Assert.Equal(result.GetProperty("codeSha256").GetString(), result.GetProperty("shownSha256").GetString());
        Assert.Equal("null", result.GetProperty("answer").GetString());
        Assert.Equal("Unhandled", result.GetProperty("functionError").GetString());
        Assert.Matches("^[0-9]+$", result.GetProperty("sequenceNumber").GetString());
        Assert.Equal(0, result.GetProperty("failed").GetInt32());
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"{i}"), result.GetProperty("read").EnumerateArray().Select(data => data.GetString()));
        Assert.All((string[])["arrival", "sameFunction", "modified"], name => Assert.True(result.GetProperty(name).GetBoolean(), name));
        Assert.Equal(1, result.GetProperty("listed").GetInt32());
        Assert.Equal("""[7,3,"Updating"]""", result.GetProperty("updated").GetRawText());
        Assert.Equal("changed", result.GetProperty("description").GetString());
        Assert.Equal("""["sdk"]""", result.GetProperty("functions").GetRawText());
        Assert.Equal("""["sdk"]""", result.GetProperty("streams").GetRawText());
        Assert.Equal("Deleting", result.GetProperty("deleting").GetString());
        Assert.Equal("ResourceNotFoundException", result.GetProperty("missing").GetString());
        await Eventually.TrueAsync(
            async () => (await function.BatchesAsync()).Sum(batch => batch.Count) == 10, "the mapping delivered all records");
        await MappingLedger.BalancedAsync(server.Url);
    }

    /// <summary>The folder with the installed clients: tests/Clients of the work tree that this was built in.</summary>
    internal static string Clients()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Dispatcher.sln")))
        {
            folder = folder.Parent;
        }

        var clients = Path.Combine(folder?.FullName ?? "", "tests", "Clients");
        if (!Directory.Exists(Path.Combine(clients, "node_modules")))
        {
            Assert.Skip($"the AWS SDK for JavaScript is not installed: npm ci in {clients}");
        }

        return clients;
    }

    internal static Task<JsonElement> DriveAsync(string clients, string key, string secret, params string[] arguments)
        => RunAsync(clients, "drive.mjs", key, secret, arguments);

    internal static async Task<JsonElement> RunAsync(string clients, string script, string key, string secret, params string[] arguments)
    {
        var info = new ProcessStartInfo("node", [script, .. arguments])
        {
            UseShellExecute = false,
            WorkingDirectory = clients,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["AWS_ACCESS_KEY_ID"] = key, ["AWS_SECRET_ACCESS_KEY"] = secret },
        };
        using var process = Process.Start(info) ?? throw new InvalidOperationException("node did not start");
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var output = process.StandardOutput.ReadToEndAsync(timeout.Token);
        var error = process.StandardError.ReadToEndAsync(timeout.Token);
        await process.WaitForExitAsync(timeout.Token);
        Assert.True(process.ExitCode == 0, await error);
        using var document = JsonDocument.Parse(await output);
        return document.RootElement.Clone();
    }
}
