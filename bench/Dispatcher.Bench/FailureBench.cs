using System.Text;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Streams;

namespace Dispatcher.Bench;

/// <summary>
/// What the failure options cost where nearly nothing fails: an embedded stream to a function that answers at once, with
/// retries, record age, bisect and partial answers against none of them, and with one failing batch in a thousand. Compared by
/// the least processor time of many rounds, which other programs disturb less than the clock's time or the middle round.
/// </summary>
internal static class FailureBench
{
    private const int Records = 500_000;
    private const int BatchSize = 100;
    private const int Rounds = 15;

    public static async Task RunAsync()
    {
        using var handler = new FailingHandler();
        await using var host = await BenchHost.StartAsync(handler);
        await FillAsync(host.Get<IStreams>());

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
    }

    /// <summary>Microseconds of processor time for a record that went well.</summary>
    private static async Task<double> RunAsync(BenchHost host, FailingHandler handler, bool options, int failEvery)
    {
        GC.Collect();
        var done = handler.ExpectAsync(Records, failEvery);
        var cpu = Environment.CpuUsage.TotalTime;
        var id = await host.MapAsync(m => m with
        {
            EventSourceArn = $"arn:aws:kinesis:{host.Config.Region}:{host.Config.Account}:stream/failures",
            BatchSize = BatchSize,
            MaximumRetryAttempts = options ? 3 : -1,
            MaximumRecordAgeSeconds = options ? 604_800 : -1,
            BisectBatchOnFunctionError = options,
            ReportBatchItemFailures = options,
        });
        await done;
        var used = Environment.CpuUsage.TotalTime - cpu;
        await host.Catalog.Mappings.UpdateAsync(id.ToString(), m => m with { State = MappingState.Deleting }, CancellationToken.None);
        await host.Get<Contracts.Grains.IGrainDirectory>().Mapping(id).ReconcileAsync(CancellationToken.None);
        return used.TotalMicroseconds / Records;
    }

    private static async Task FillAsync(IStreams streams)
    {
        await streams.CreateAsync(new StreamDraft("failures"), 1, CancellationToken.None);
        var data = new byte[200];
        var results = new StreamPutResult[500];
        for (var i = 0; i < Records; i += results.Length)
        {
            var puts = Enumerable.Range(i, results.Length).Select(k => new StreamPut(Encoding.UTF8.GetBytes($"key-{k}"), data)).ToArray();
            await streams.PutAsync("failures", puts, results, CancellationToken.None);
        }
    }

    /// <summary>Answers every so manieth event with a function error; the records of the others are counted.</summary>
    private sealed class FailingHandler : IFunctionHandler, IDisposable
    {
        private readonly CountingHandler _counting = new();
        private int _failEvery;
        private int _calls;

        public void Dispose() => _counting.Dispose();

        public Task<long> ExpectAsync(long records, int failEvery)
        {
            (_failEvery, _calls) = (failEvery, 0);
            return _counting.ExpectAsync(records);
        }

        public ValueTask<ReadOnlyMemory<byte>> HandleAsync(InvocationRequest request, CancellationToken cancellation)
            => _failEvery > 0 && Interlocked.Increment(ref _calls) % _failEvery == 0
                ? throw new InvalidOperationException("this one fails")
                : _counting.HandleAsync(request, cancellation);
    }
}
