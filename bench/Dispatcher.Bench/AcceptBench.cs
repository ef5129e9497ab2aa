using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Bench;

/// <summary>
/// Asynchronous invocations until they are accepted, over HTTP from wrk, against inserts into the queue of the same kind of
/// store from as many callers: the same payload, one call for each message, the store groups them. The inserts are driven in
/// two ways. Over HTTP by the same wrk, through the least endpoint there can be (<see cref="InsertServer"/>): both sides pay
/// for wrk's processor time and for HTTP, and the goal is compared to this. And by tasks in the store's process, which pay for
/// neither: that ratio is printed beside it and is lower. The function never answers, so that little but the accepting is measured.
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
        await using var bare = await InsertServer.StartAsync(host.Store);
        List<double> inserts = [], overHttp = [], accepts = [];
        for (var round = 0; round <= Rounds; round++)
        {
            var seconds = round == 0 ? 2 : Seconds;
            inserts.Add(await InsertAsync(host.Store, seconds));
            overHttp.Add((await Wrk.RunAsync(bare.Url, Callers, seconds, type: "Event")).PerSecond);
            accepts.Add((await Wrk.RunAsync(server.Invoke("silent"), Callers, seconds, type: "Event")).PerSecond);
        }

        Print(Report.Median(inserts.Skip(1)), Report.Median(overHttp.Skip(1)), Report.Median(accepts.Skip(1)));
    }

    private static void Print(double insert, double overHttp, double accept)
    {
        Report.Line($"inserts/s, {Callers} callers in the process", $"{insert:N0}");
        Report.Line($"inserts/s, {Callers} callers of wrk, bare HTTP", $"{overHttp:N0}");
        Report.Line($"accepted events/s, {Callers} callers of wrk", $"{accept:N0}");
        Report.Line("ratio to inserts in the process (no goal)", $"{accept / insert:0.00}");
        Report.Goal("ratio to inserts over bare HTTP", accept / overHttp, ">= 0.50", accept / overHttp >= 0.5);
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
