using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Bench;

/// <summary>
/// Asynchronous invocations until they are accepted, over HTTP from wrk, against inserts into the queue of the same kind of
/// store from as many callers. The function never answers, so that nothing but the accepting is measured.
/// </summary>
internal static class AcceptBench
{
    private const int Rounds = 3;
    private const int Seconds = 4;
    private const int Callers = 64;

    public static async Task RunAsync()
    {
        if (Wrk.Missing is { } missing)
        {
            Report.Line("skipped", missing);
            return;
        }

        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var handler = new CountingHandler();
        await using var host = await BenchHost.StartAsync(handler);
        await using var server = await InvokeServer.StartAsync();
        await server.CreateWebAsync("silent", $"http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}/");
        List<double> inserts = [], accepts = [];
        for (var round = 0; round <= Rounds; round++)
        {
            inserts.Add(await InsertAsync(host.Store, round == 0 ? 2 : Seconds));
            accepts.Add((await Wrk.RunAsync(server.Invoke("silent"), Callers, round == 0 ? 2 : Seconds, type: "Event")).PerSecond);
        }

        var (insert, accept) = (Report.Median(inserts.Skip(1)), Report.Median(accepts.Skip(1)));
        Report.Line($"inserts/s, {Callers} callers", $"{insert:N0}");
        Report.Line($"accepted events/s, {Callers} callers", $"{accept:N0}");
        Report.Goal("ratio", accept / insert, ">= 0.50", accept / insert >= 0.5);
    }

    private static async Task<double> InsertAsync(IStore store, int seconds)
    {
        var body = Encoding.UTF8.GetBytes("""{"id":1,"text":"an event of a few words","items":[1,2,3]}""");
        var (start, count) = (Stopwatch.GetTimestamp(), 0L);
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
            {
                await store.Queues.PutAsync("bench", [new QueuePut(Guid.NewGuid(), body)], CancellationToken.None);
                Interlocked.Increment(ref count);
            }
        })));
        return count / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
