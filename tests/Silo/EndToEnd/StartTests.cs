using Dispatcher.Testing.Server;

namespace Dispatcher.Silo.Tests.EndToEnd;

/// <summary>A server that cannot start says why in one line.</summary>
public sealed class StartTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dispatcher-start-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Start_BusyPort_SaysWhoseAddressItIs()
    {
        await using var server = await ServerProcess.StartAsync();
        var url = $"http://127.0.0.1:{server.Url.Port}";

        var second = await ProgramRun.OfAsync("serve", "--data", _folder.FullName, "--url", url);

        AssertRefused(second, $"cannot listen on {url}: another process listens there");
    }

    [Fact]
    public async Task Start_StoreIsNoDatabase_SaysSoAndLeavesItAlone()
    {
        var file = await StoreFileAsync();
        await File.WriteAllTextAsync(file, string.Concat(Enumerable.Repeat("this is no database. ", 1_000)));

        var run = await ProgramRun.OfAsync("serve", "--data", _folder.FullName, "--url", "http://127.0.0.1:0");

        AssertRefused(run, "is not a database");
        Assert.StartsWith("this is no database", await File.ReadAllTextAsync(file));
    }

    [Fact]
    public async Task Start_StoreIsDamaged_SaysSo()
    {
        var file = await StoreFileAsync();
        var bytes = await File.ReadAllBytesAsync(file);
        bytes.AsSpan(100).Fill(0xAB); // the header is right, everything behind it is not
        await File.WriteAllBytesAsync(file, bytes);

        var run = await ProgramRun.OfAsync("serve", "--data", _folder.FullName, "--url", "http://127.0.0.1:0");

        AssertRefused(run, "damaged");
    }

    [Fact]
    public async Task Start_DataFolderIsAFile_SaysSo()
    {
        var file = Path.Combine(_folder.FullName, "file");
        await File.WriteAllTextAsync(file, "");

        var run = await ProgramRun.OfAsync("serve", "--data", file, "--url", "http://127.0.0.1:0");

        AssertRefused(run, $"the data folder {file} cannot be written");
    }

    private static void AssertRefused(ProgramRun run, string why)
    {
        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("dispatcher: ", run.Error.TrimEnd().Split('\n')[^1]);
        Assert.Contains(why, run.Error);
        Assert.DoesNotContain("   at ", run.Error);
    }

    /// <summary>The store's file as a server left it.</summary>
    private async Task<string> StoreFileAsync()
    {
        await using var server = await ServerProcess.StartAsync(new ServerOptions { Data = _folder.FullName });
        Assert.Equal(0, await server.StopAsync());
        return Assert.Single(Directory.EnumerateFiles(_folder.FullName, "*.db"));
    }
}
