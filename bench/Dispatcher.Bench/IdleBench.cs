using System.Diagnostics;
using Dispatcher.Contracts.Streams;

namespace Dispatcher.Bench;

/// <summary>What 1,000 mappings cost that have nothing to do.</summary>
internal static class IdleBench
{
    private const int Mappings = 1_000;

    public static async Task RunAsync()
    {
        using var handler = new CountingHandler();
        await using var host = await BenchHost.StartAsync(handler);
        await host.Get<IStreams>().CreateAsync(new StreamDraft("idle"), 1, CancellationToken.None);
        for (var i = 0; i < Mappings; i++)
        {
            await host.MapAsync(m => m with { EventSourceArn = $"arn:aws:kinesis:{host.Config.Region}:{host.Config.Account}:stream/idle" });
        }

        await Task.Delay(TimeSpan.FromSeconds(5));
        var process = Process.GetCurrentProcess();
        var (cpu, start) = (process.TotalProcessorTime, Stopwatch.GetTimestamp());
        await Task.Delay(TimeSpan.FromSeconds(10));
        process.Refresh();
        var share = (process.TotalProcessorTime - cpu) / Stopwatch.GetElapsedTime(start);
        GC.Collect();
        process.Refresh();
        var megabytes = process.WorkingSet64 / 1048576.0;
        Report.Goal("per cent of a core", share * 100, "< 5", share < 0.05);
        Report.Goal("megabytes in all", megabytes, "< 100", megabytes < 100);
    }
}
