using System.Diagnostics;
using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Contracts.Names;

namespace Dispatcher.Bench;

/// <summary>
/// A reservation of 10 under 200 callers: 100 that wait (asynchronous events and mappings) and 100 synchronous ones that come back
/// 1 ms after a refusal. Never 11 run, and how much of the 10 is in use all the time.
/// </summary>
internal static class ConcurrencyBench
{
    private const int Reserved = 10;
    private const int Callers = 200;
    private static readonly TimeSpan s_length = TimeSpan.FromSeconds(5);

    public static async Task RunAsync()
    {
        var function = new SleepingHandler(TimeSpan.FromMilliseconds(10));
        await using var host = await BenchHost.StartAsync(function);
        await host.Catalog.Concurrency.CreateAsync(AccountConcurrency.Key, AccountConcurrency.None.WithReserved("bench", Reserved), CancellationToken.None);
        await host.Get<IChangeNotices>().FunctionChangedAsync("bench", CancellationToken.None);
        var invoker = host.Get<IFunctionInvoker>();
        using var end = new CancellationTokenSource();
        var start = Stopwatch.GetTimestamp();
        end.CancelAfter(s_length);
        var counts = await Task.WhenAll(Enumerable.Range(0, Callers).Select(i => CallAsync(invoker, i, end.Token)));
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Report.Goal("most that ran at a time", function.Most, "<= 10", function.Most <= Reserved);
        var used = function.Busy.TotalSeconds / (Reserved * seconds);
        Report.Goal("permits in use, of 10", used, ">= 0.95", used >= 0.95);
        Report.Line("calls/s of those who wait", $"{counts.Where((_, i) => i % 2 == 0).Sum() / seconds:N0}");
        Report.Line("calls/s of synchronous callers", $"{counts.Where((_, i) => i % 2 == 1).Sum() / seconds:N0}");
    }

    private static async Task<int> CallAsync(IFunctionInvoker invoker, int number, CancellationToken end)
    {
        var waits = number % 2 == 0;
        var ran = 0;
        while (!end.IsCancellationRequested)
        {
            var request = new InvocationRequest(new FunctionRef("bench"), Guid.NewGuid(), "{}"u8.ToArray())
            {
                WaitForPermit = waits,
                Flow = waits ? (number % 4 == 0 ? "async" : "mapping") : null,
            };
            if (await invoker.InvokeAsync(request, CancellationToken.None) is InvocationOutcome.Succeeded)
            {
                ran++;
            }
            else
            {
                await Task.Delay(1, CancellationToken.None);
            }
        }

        return ran;
    }

    /// <summary>Takes a while, and counts how many do so at a time and for how long.</summary>
    private sealed class SleepingHandler(TimeSpan length) : IFunctionHandler
    {
        private int _running;
        private int _most;
        private long _busy;

        public int Most => _most;

        public TimeSpan Busy => TimeSpan.FromTicks(Interlocked.Read(ref _busy));

        public async ValueTask<ReadOnlyMemory<byte>> HandleAsync(InvocationRequest request, CancellationToken cancellation)
        {
            var began = Stopwatch.GetTimestamp();
            var running = Interlocked.Increment(ref _running);
            for (var most = _most; running > most && Interlocked.CompareExchange(ref _most, running, most) != most; most = _most)
            {
            }

            await Task.Delay(length, cancellation);
            Interlocked.Decrement(ref _running);
            Interlocked.Add(ref _busy, Stopwatch.GetElapsedTime(began).Ticks);
            return ReadOnlyMemory<byte>.Empty;
        }
    }
}
