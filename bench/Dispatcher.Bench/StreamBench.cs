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
    private const int Rounds = 5;

    public static async Task RunAsync()
    {
        using var handler = new CountingHandler();
        await using var host = await BenchHost.StartAsync(handler);
        var arn = $"arn:aws:kinesis:{host.Config.Region}:{host.Config.Account}:stream/bench";
        await FillAsync(host.Get<IStreams>());

        // The first round is for the compiler.
        await BareAsync(host, arn);
        await OursAsync(host, handler, arn);
        var (bare, ours) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            var cpu = Environment.CpuUsage.TotalTime;
            bare.Add(await BareAsync(host, arn));
            var between = Environment.CpuUsage.TotalTime;
            var allocated = GC.GetTotalAllocatedBytes();
            ours.Add(await OursAsync(host, handler, arn));
            Report.Line(
                "processor time per record, bare and ours, us",
                $"{(between - cpu).TotalMicroseconds / Records:0.00} {(Environment.CpuUsage.TotalTime - between).TotalMicroseconds / Records:0.00}");
            Report.Line("bytes allocated per record", $"{(GC.GetTotalAllocatedBytes() - allocated) / (double)Records:0.0}");
        }

        Report.Line("bare loop, records/s", $"{Report.Median(bare):N0}");
        Report.Line("mapping with a no-op function, records/s", $"{Report.Median(ours):N0}");
        var ratio = Report.Median(ours.Zip(bare, (o, b) => o / b));
        Report.Goal("ratio", ratio, ">= 0.8", ratio >= 0.8);
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

    private static async Task<double> BareAsync(BenchHost host, string arn)
    {
        var config = new MappingConfig { Uuid = Guid.NewGuid().ToString(), FunctionArn = "", EventSourceArn = arn };
        var factory = host.Get<IEnumerable<ISourceFactory>>().First(f => f.Handles(config));
        await using var source = factory.Connect(config);
        var shard = (await source.ListShardsAsync(CancellationToken.None))[0].Id;
        await using var reader = await source.OpenAsync(shard, 0, CancellationToken.None);
        var start = Stopwatch.GetTimestamp();
        var seen = 0;
        while (seen < Records)
        {
            using var page = await reader.ReadAsync(Limits.ReadRecords, CancellationToken.None);
            seen += page.Count;
        }

        return Records / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task<double> OursAsync(BenchHost host, CountingHandler handler, string arn)
    {
        var done = handler.ExpectAsync(Records);
        var start = Stopwatch.GetTimestamp();
        var id = await host.MapAsync(m => m with { EventSourceArn = arn, BatchSize = 500 });
        var end = await done;
        await host.Catalog.Mappings.UpdateAsync(id.ToString(), m => m with { State = MappingState.Deleting }, CancellationToken.None);
        await host.Get<Contracts.Grains.IGrainDirectory>().Mapping(id).ReconcileAsync(CancellationToken.None);
        return Records / Stopwatch.GetElapsedTime(start, end).TotalSeconds;
    }
}
