using System.Diagnostics;
using System.Reflection;
using Dispatcher.Adapters.Kafka;
using Dispatcher.Testing.Kafka;

namespace Dispatcher.Adapters.Tests.Kafka;

public sealed class LibrdkafkaTests
{
    [Fact]
    public void Candidates_EverythingSet_ComeInOrder()
    {
        var variables = new Dictionary<string, string> { [Librdkafka.Variable] = "/a/lib.so", ["XDG_CACHE_HOME"] = "/cache" };

        var candidates = Librdkafka.Candidates(variables.GetValueOrDefault).ToList();

        Assert.Equal("/a/lib.so", candidates[0]);
        Assert.Equal(Path.Combine(AppContext.BaseDirectory, "librdkafka.so"), candidates[1]);
        Assert.Equal("/cache/dispatcher/librdkafka-2.15.1/librdkafka.so", candidates[^1]);
    }

    [Fact]
    public async Task Require_NoLibrary_SaysWhatToDo()
    {
        var program = typeof(KafkaCluster).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .First(a => a.Key == "KafkaMock").Value!;
        Assert.SkipWhen(
            Directory.Exists(Path.Combine(Path.GetDirectoryName(program)!, "runtimes")), "NuGet brought the library: it cannot be missing");
        var start = new ProcessStartInfo("dotnet", [program, "1"])
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardError = true, RedirectStandardOutput = true,
        };
        start.Environment["XDG_CACHE_HOME"] = "/nonexistent";
        start.Environment[Librdkafka.Variable] = "/nonexistent/lib.so";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
        await process.WaitForExitAsync(limit.Token);
        Assert.SkipWhen((await output).Contains(':', StringComparison.Ordinal), "the machine has a new enough library of its own");

        Assert.Contains("librdkafka 2.15 or newer was not found: run eng/librdkafka, or set DISPATCHER_LIBRDKAFKA", await errors);
        Assert.Contains("/nonexistent/lib.so", await errors);
    }
}
