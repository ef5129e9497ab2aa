using System.Diagnostics;
using System.IO.Compression;
using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Contracts.Names;

namespace Dispatcher.Bench;

/// <summary>A warm Node.js worker that does nothing: all the time that an invocation takes is ours.</summary>
internal static class WorkerBench
{
    private const int Invocations = 5_000;

    public static async Task RunAsync()
    {
        using var handler = new CountingHandler();
        await using var host = await BenchHost.StartAsync(handler);
        var archive = Archive();
        var sha = await host.Store.Blobs.PutAsync(archive, CancellationToken.None);
        await host.Catalog.Functions.CreateAsync(
            "node",
            new FunctionConfig
            {
                Name = "node",
                Runtime = "nodejs20.x",
                Handler = "index.handler",
                CodeSha256 = Convert.ToBase64String(Convert.FromHexString(sha)),
                CodeSize = archive.Length,
                RevisionId = "1",
            },
            CancellationToken.None);
        var invoker = host.Get<IFunctionInvoker>();
        await InvokeAsync(invoker, 1_000);
        var times = await InvokeAsync(invoker, Invocations);
        times.Sort();
        Report.Line("p50, ms", $"{times[times.Count / 2]:0.00}");
        var p99 = times[times.Count * 99 / 100];
        Report.Goal("p99, ms", p99, "< 2", p99 < 2);
        Report.Line("one caller, invocations/s", $"{Invocations / (times.Sum() / 1000):N0}");
    }

    private static async Task<List<double>> InvokeAsync(IFunctionInvoker invoker, int count)
    {
        var times = new List<double>(count);
        for (var i = 0; i < count; i++)
        {
            var start = Stopwatch.GetTimestamp();
            var outcome = await invoker.InvokeAsync(new InvocationRequest(new FunctionRef("node"), Guid.NewGuid(), "{}"u8.ToArray()), CancellationToken.None);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            if (outcome is not InvocationOutcome.Succeeded)
            {
                throw new InvalidOperationException($"the worker failed: {outcome}");
            }
        }

        return times;
    }

    private static byte[] Archive()
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var file = new StreamWriter(zip.CreateEntry("index.js").Open());
            file.Write("exports.handler = async () => ({});");
        }

        return bytes.ToArray();
    }
}
