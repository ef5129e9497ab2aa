using System.Diagnostics;
using System.Text;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Contracts.Streams;

namespace Dispatcher.Bench;

/// <summary>10,000 records that take 0 to 5 ms each, on one shard: how much ten lanes help.</summary>
internal static class LaneBench
{
    private const int Records = 10_000;

    public static async Task RunAsync()
    {
        var work = new WorkingHandler();
        await using var host = await BenchHost.StartAsync(work);
        var streams = host.Get<IStreams>();
        await streams.CreateAsync(new StreamDraft("lanes"), 1, CancellationToken.None);
        var random = new Random(1);
        var results = new StreamPutResult[500];
        for (var i = 0; i < Records; i += results.Length)
        {
            var puts = Enumerable.Range(i, results.Length)
                .Select(k => new StreamPut(Encoding.UTF8.GetBytes($"key-{k}"), new[] { (byte)random.Next(6) })).ToArray();
            await streams.PutAsync("lanes", puts, results, CancellationToken.None);
        }

        var one = await RunAsync(host, work, 1);
        var ten = await RunAsync(host, work, 10);
        Report.Line("factor 1, seconds", $"{one:0.00}");
        Report.Line("factor 10, seconds", $"{ten:0.00}");
        Report.Goal("factor 10 is faster by", one / ten, ">= 8", one / ten >= 8);
    }

    private static async Task<double> RunAsync(BenchHost host, WorkingHandler work, int factor)
    {
        var done = work.ExpectAsync(Records);
        var start = Stopwatch.GetTimestamp();
        await host.MapAsync(m => m with
        {
            EventSourceArn = $"arn:aws:kinesis:{host.Config.Region}:{host.Config.Account}:stream/lanes",
            BatchSize = 10,
            ParallelizationFactor = factor,
        });
        return Stopwatch.GetElapsedTime(start, await done).TotalSeconds;
    }

    /// <summary>Waits as long as the records of an event say, one after the other.</summary>
    private sealed class WorkingHandler : IFunctionHandler
    {
        private static readonly byte[] Data = Encoding.ASCII.GetBytes("\"data\":\"");

        private TaskCompletionSource<long> _done = new();
        private int _left;

        public Task<long> ExpectAsync(int records)
        {
            _done = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
            _left = records;
            return _done.Task;
        }

        public async ValueTask<ReadOnlyMemory<byte>> HandleAsync(InvocationRequest request, CancellationToken cancellation)
        {
            var (records, milliseconds) = Read(request.Payload.Span);
            await Task.Delay(milliseconds, cancellation);
            if (Interlocked.Add(ref _left, -records) <= 0)
            {
                _done.TrySetResult(Stopwatch.GetTimestamp());
            }

            return default;
        }

        private static (int Records, int Milliseconds) Read(ReadOnlySpan<byte> payload)
        {
            var (records, milliseconds) = (0, 0);
            for (int at; (at = payload.IndexOf(Data)) >= 0; payload = payload[(at + Data.Length)..])
            {
                records++;
                var base64 = Encoding.ASCII.GetString(payload.Slice(at + Data.Length, 4));
                milliseconds += Convert.FromBase64String(base64)[0];
            }

            return (records, milliseconds);
        }
    }
}
