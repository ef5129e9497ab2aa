using System.Diagnostics;
using System.Text;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Streams;

namespace Dispatcher.Bench;

/// <summary>
/// What failures cost those that go well. First the options where nothing fails: retries, record age, bisect and partial answers
/// against none of them, by the least processor time of many rounds, which other programs disturb least. Then the good path
/// beside failures: how fast a stream runs to a function that answers at once, alone and while ten shards of another mapping fail,
/// back off and are halved all the time (a few failures for every thousand good batches). A shard whose own batch fails waits for its
/// back-off, which is no cost but what is wanted; its processor time is printed, with the going to sleep and waking up of threads.
/// </summary>
internal static class FailureBench
{
    private const int Records = 500_000;
    private const int BatchSize = 100;
    private const int Rounds = 11;
    private const int FailingShards = 10;

    public static async Task RunAsync()
    {
        using var handler = new FailingHandler();
        await using var host = await BenchHost.StartAsync(handler);
        await FillAsync(host.Get<IStreams>(), "failures", 1, Records);

        // The first rounds are for the compiler.
        await RunAsync(host, handler, options: false, failEvery: 0);
        await RunAsync(host, handler, options: true, failEvery: 1000);
        var (plain, watched, failing) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            plain.Add(await RunAsync(host, handler, options: false, failEvery: 0));
            watched.Add(await RunAsync(host, handler, options: true, failEvery: 0));
            failing.Add(await RunAsync(host, handler, options: true, failEvery: 1000));
        }

        Report.Line("without options, us of processor per record", $"{plain.Min():0.000}");
        Report.Line("with options", $"{watched.Min():0.000}");
        Report.Line("with options, one batch in 1,000 fails", $"{failing.Min():0.000}");
        var ratio = watched.Min() / plain.Min();
        Report.Goal("options against none", ratio, "< 1.03", ratio < 1.03);
        Report.Line("with failures against none", $"{failing.Min() / plain.Min():0.00}");
        await BesideAsync(host, handler);
    }

    /// <summary>The good path alone and beside shards that fail.</summary>
    private static async Task BesideAsync(BenchHost host, FailingHandler handler)
    {
        await FillAsync(host.Get<IStreams>(), "failing", FailingShards, FailingShards * BatchSize);
        var duel = new Duel("alone", () => GoodAsync(host, handler), "beside failing shards", async () =>
        {
            handler.FailFrom = "/failing\"}]}";
            var id = await MapAsync(host, "failing", options: true);
            var run = await GoodAsync(host, handler);
            await host.RemoveAsync(id);
            return run;
        });
        var ratio = await duel.RunAsync();
        Report.Goal("records/s beside failing shards / alone", ratio, "> 0.97", ratio > 0.97);
        Report.Line("failures in all of them", $"{handler.Failures:N0}");
    }

    private static async Task<Run> GoodAsync(BenchHost host, FailingHandler handler)
    {
        var cpu = Environment.CpuUsage.TotalTime;
        var done = handler.ExpectAsync(Records, failEvery: 0);
        var start = Stopwatch.GetTimestamp();
        var id = await MapAsync(host, "failures", options: true);
        var run = new Run(Records, Stopwatch.GetElapsedTime(start, await done), Environment.CpuUsage.TotalTime - cpu);
        await host.RemoveAsync(id);
        return run;
    }

    private static Task<MappingId> MapAsync(BenchHost host, string stream, bool options) => host.MapAsync(m => m with
    {
        EventSourceArn = $"arn:aws:kinesis:{host.Config.Region}:{host.Config.Account}:stream/{stream}",
        BatchSize = BatchSize,
        MaximumRetryAttempts = options ? 3 : -1,
        MaximumRecordAgeSeconds = options ? 604_800 : -1,
        BisectBatchOnFunctionError = options,
        ReportBatchItemFailures = options,
    });

    /// <summary>Microseconds of processor time for a record that went well.</summary>
    private static async Task<double> RunAsync(BenchHost host, FailingHandler handler, bool options, int failEvery)
    {
        GC.Collect();
        var done = handler.ExpectAsync(Records, failEvery);
        var cpu = Environment.CpuUsage.TotalTime;
        var id = await MapAsync(host, "failures", options);
        await done;
        var used = Environment.CpuUsage.TotalTime - cpu;
        await host.RemoveAsync(id);
        return used.TotalMicroseconds / Records;
    }

    private static async Task FillAsync(IStreams streams, string stream, int shards, int records)
    {
        await streams.CreateAsync(new StreamDraft(stream), shards, CancellationToken.None);
        var data = new byte[200];
        var results = new StreamPutResult[500];
        for (var i = 0; i < records; i += results.Length)
        {
            var puts = Enumerable.Range(i, results.Length).Select(k => new StreamPut(Encoding.UTF8.GetBytes($"key-{k}"), data)).ToArray();
            await streams.PutAsync(stream, puts, results, CancellationToken.None);
        }
    }

    /// <summary>Answers every so manieth event with a function error; the records of the others are counted.</summary>
    private sealed class FailingHandler : IFunctionHandler, IDisposable
    {
        private readonly CountingHandler _counting = new();
        private int _failEvery;
        private int _calls;
        private int _failures;
        private byte[]? _failing;

        public void Dispose() => _counting.Dispose();

        public Task<long> ExpectAsync(long records, int failEvery)
        {
            (_failEvery, _calls) = (failEvery, 0);
            return _counting.ExpectAsync(records);
        }

        /// <summary>How an event ends that always fails; null for none.</summary>
        public string? FailFrom
        {
            set => _failing = value is null ? null : Encoding.UTF8.GetBytes(value);
        }

        /// <summary>Failures until now.</summary>
        public int Failures => _failures;

        public ValueTask<ReadOnlyMemory<byte>> HandleAsync(InvocationRequest request, CancellationToken cancellation)
        {
            if ((_failEvery > 0 && Interlocked.Increment(ref _calls) % _failEvery == 0)
                || (_failing is { } end && request.Payload.Span.EndsWith(end)))
            {
                Interlocked.Increment(ref _failures);
                throw new InvalidOperationException("this one fails");
            }

            return _counting.HandleAsync(request, cancellation);
        }
    }
}
