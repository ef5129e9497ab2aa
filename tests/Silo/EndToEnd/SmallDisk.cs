using System.Diagnostics;

namespace Dispatcher.Silo.Tests.EndToEnd;

/// <summary>A disk of a few megabytes: a tmpfs of its own, which only root may mount.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dispatcher-disk-");

    private SmallDisk()
    {
    }

    /// <summary>Where it is mounted.</summary>
    public string Path => _folder.FullName;

    /// <summary>Mounts one; skips the running test, with the reason, where that is not permitted.</summary>
    public static async Task<SmallDisk> MountAsync(int megabytes)
    {
        var disk = new SmallDisk();
        var (code, error) = await RunAsync("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", disk.Path);
        if (code != 0)
        {
            disk._folder.Delete();
            Assert.Skip($"a small disk cannot be mounted here: {error.Trim()}");
        }

        return disk;
    }

    public async ValueTask DisposeAsync()
    {
        var (code, error) = await RunAsync("umount", Path);
        Assert.True(code == 0, error);
        _folder.Delete();
    }

    private static async Task<(int Code, string Error)> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true })
            ?? throw new InvalidOperationException($"{program} did not start");
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, error);
    }
}
