using System.Diagnostics;
using Dispatcher.Testing.Server;

namespace Dispatcher.Cluster.Tests.Without;

public sealed class ServeTests
{
    [Fact]
    public async Task ServeCluster_BuildWithoutOrleans_EndsWithOneLine()
    {
        var info = new ProcessStartInfo(ServerProcess.Program, ["serve", "--cluster"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(info)!;

        var errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(1, process.ExitCode);
        Assert.Contains("no cluster support", Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }
}
