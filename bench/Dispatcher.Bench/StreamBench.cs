using System.Diagnostics;
using System.Text;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Sources;
using Dispatcher.Contracts.Streams;

namespace Dispatcher.Bench;

/// <summary>An embedded stream of 200-byte records, read by a mapping with batches of 500 and by a bare loop.</summary>
internal static class StreamBench
{
    private const int Records = 1_000_000;

    public static async Task RunAsync()
    {
        using var handler = new CountingHandler();
        await using var host = await BenchHost.StartAsync(handler);
        var arn = $"arn:aws:kinesis:{host.Config.Region}:{host.Config.Account}:stream/bench";
        await FillAsync(host.Get<IStreams>());
        var duel = new Duel("bare loop", () => BareAsync(host, arn), "mapping with a no-op function", () => OursAsync(host, handler, arn));
        var ratio = await duel.RunAsync();
        Report.Goal("records/s, mapping / bare", ratio, ">= 0.8", ratio >= 0.8);
        var allocated = GC.GetTotalAllocatedBytes();
        await OursAsync(host, handler, arn);
        Report.Line("bytes allocated per record", $"{(GC.GetTotalAllocatedBytes() - allocated) / (double)Records:0.0}");
    }

    private static async Task FillAsync(IStreams streams)
    {
        await streams.CreateAsync(new StreamDraft("bench"), 1, CancellationToken.None);
        var data = new byte[200];
        var results = new StreamPutResult[500];
        for (var i = 0; i < Records; i += results.Length)
        {
            var puts = Enumerable.Range(i, results.Length).Select(k => new StreamPut(Encoding.UTF8.GetBytes($"key-{k}"), data)).ToArray();
            await streams.PutAsync("bench", puts, results, CancellationToken.None);
        }
    }

    /// <summary>From the first page to the last, as a user's own loop would get them.</summary>
    private static async Task<Run> BareAsync(BenchHost host, string arn)
    {
        var cpu = Environment.CpuUsage.TotalTime;
        var config = new MappingConfig { Uuid = Guid.NewGuid().ToString(), FunctionArn = "", EventSourceArn = arn };
        var factory = host.Get<IEnumerable<ISourceFactory>>().First(f => f.Handles(config));
        await using var source = factory.Connect(config);
        var shard = (await source.ListShardsAsync(CancellationToken.None))[0].Id;
        await using var reader = await source.OpenAsync(shard, 0, CancellationToken.None);
        long start = 0;
        for (var seen = 0; seen < Records;)
        {
            using var page = await reader.ReadAsync(Limits.ReadRecords, CancellationToken.None);
            start = start == 0 ? Stopwatch.GetTimestamp() : start;
            seen += page.Count;
        }

        return new Run(Records, Stopwatch.GetElapsedTime(start), Environment.CpuUsage.TotalTime - cpu);
    }

    /// <summary>From the first event to the last success.</summary>
    private static async Task<Run> OursAsync(BenchHost host, CountingHandler handler, string arn)
    {
        var cpu = Environment.CpuUsage.TotalTime;
        var done = handler.ExpectAsync(Records);
        var id = await host.MapAsync(m => m with { EventSourceArn = arn, BatchSize = 500 });
        var end = await done;
        var run = new Run(Records, Stopwatch.GetElapsedTime(handler.FirstTimestamp, end), Environment.CpuUsage.TotalTime - cpu);
        await host.RemoveAsync(id);
        return run;
    }
}
