using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Bench;

/// <summary>
/// Asynchronous invocations until they are accepted, over HTTP from wrk, against inserts into the queue of the same kind of
/// store from as many callers by tasks in the store's process: the same payload, one call for each message, each caller waits
/// until its message is durable, the store groups them. Only the accepting pays for HTTP and for wrk, which shares the
/// processors; what that comes to is shown by two endpoints that wrk calls in the same run: an empty one, which bounds what a
/// server on Kestrel can reach here, and one that does nothing but insert. The function never answers, so that little but the accepting is measured.
/// </summary>
internal static class AcceptBench
{
    private const int Rounds = 5;
    private const int Seconds = 2;

    /// <summary>Seconds before each side is measured for the first time: the code of a server is compiled anew while it warms up.</summary>
    private const int WarmSeconds = 5;

    /// <summary>Callers at a time.</summary>
    private static readonly int[] Callers = [64, 256];

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
        await using var empty = await BareServer.EmptyAsync();
        await using var bare = await BareServer.InsertAsync(host.Store);
        foreach (var url in new[] { empty.Url, bare.Url, server.Invoke("silent") })
        {
            await PostAsync(url, Callers[^1], WarmSeconds);
        }

        foreach (var callers in Callers)
        {
            await CompareAsync(host.Store, empty.Url, bare.Url, server.Invoke("silent"), callers);
        }
    }

    private static async Task CompareAsync(IStore store, string emptyUrl, string bareUrl, string invokeUrl, int callers)
    {
        List<double> inserts = [], empties = [], overHttp = [], accepts = [];
        for (var round = 0; round < Rounds; round++)
        {
            inserts.Add(await InsertAsync(store, callers));
            empties.Add(await PostAsync(emptyUrl, callers));
            overHttp.Add(await PostAsync(bareUrl, callers));
            accepts.Add(await PostAsync(invokeUrl, callers));
        }

        var (insert, empty, bare, accept) = (Middle(inserts), Middle(empties), Middle(overHttp), Middle(accepts));
        Report.Line($"inserts/s, {callers} callers in the process", $"{insert:N0}");
        Report.Line($"answers/s, {callers} callers of an empty endpoint", $"{empty:N0}");
        Report.Line($"inserts/s, {callers} callers of an endpoint", $"{bare:N0}");
        Report.Line($"accepted events/s, {callers} callers", $"{accept:N0}");
        Report.Line("ratio to inserts in the process", $"{accept / insert:0.00}   {bare / insert:0.00} by the endpoint that inserts, {empty / insert:0.00} by the empty one");
        Report.Goal("ratio to inserts by an endpoint", accept / bare, ">= 0.50", accept / bare >= 0.5);
    }

    private static double Middle(List<double> perSecond) => Report.Median(perSecond);

    private static async Task<double> PostAsync(string url, int callers, int seconds = Seconds)
        => (await Wrk.RunAsync(url, callers, seconds, type: "Event", script: "accept.lua")).PerSecond;

    private static async Task<double> InsertAsync(IStore store, int callers)
    {
        var body = Encoding.UTF8.GetBytes("""{"id":1,"text":"an event of a few words","items":[1,2,3]}""");
        var (start, count) = (Stopwatch.GetTimestamp(), 0L);
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            while (Stopwatch.GetElapsedTime(start).TotalSeconds < Seconds)
            {
                await store.Queues.PutAsync("bench", [new QueuePut(Guid.NewGuid(), body)], CancellationToken.None);
                Interlocked.Increment(ref count);
            }
        })));
        return count / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
