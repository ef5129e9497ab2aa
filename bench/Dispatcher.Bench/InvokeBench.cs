namespace Dispatcher.Bench;

/// <summary>
/// Synchronous invocations over HTTP, driven by wrk: an HTTP function through the server and directly in turn, and a worker.
/// Server, function and wrk are processes of their own.
/// </summary>
internal static class InvokeBench
{
    private const int Rounds = 9;
    private const int Seconds = 2;
    private const int WarmUpSeconds = 5;
    private const int WorkerSeconds = 4;
    private const int Connections = 16;

    public static async Task RunAsync()
    {
        if (Wrk.Missing is { } missing)
        {
            Report.Line("skipped", missing);
            return;
        }

        await using var server = await InvokeServer.StartAsync();
        await HttpAsync(server);
        await WorkerAsync(server);
    }

    private static async Task HttpAsync(InvokeServer server)
    {
        using var function = await WebFunction.StartAsync();
        await server.CreateWebAsync("web", function.Url);
        string[] urls = [function.Url, server.Invoke("web")];
        var full = await InTurnAsync(urls, delayMs: 0);
        var invoked = Median(full[1], run => run.PerSecond).PerSecond;
        Report.Line("HTTP function directly, requests/s", $"{Median(full[0], run => run.PerSecond).PerSecond:N0}");
        Report.Line("HTTP function invoked, requests/s", $"{invoked:N0}");

        // Of runs right after each other: what else the machine does changes from second to second.
        var ratios = full[0].Zip(full[1], (direct, through) => through.PerSecond / direct.PerSecond).Order().ToList();
        Report.Line("ratios of the pairs: least, median, most", $"{ratios[0]:0.00}  {ratios[Rounds / 2]:0.00}  {ratios[^1]:0.00}");
        Report.Goal("throughput, ratio", ratios[Rounds / 2], ">= 0.50", ratios[Rounds / 2] >= 0.5);

        var delay = (int)Math.Round(Connections / (invoked / 2) * 1000);
        var slow = await InTurnAsync(urls, Math.Max(1, delay));
        WrkResult[] half = [.. slow.Select(runs => Median(runs, run => run.P99))];
        Report.Line("at half load, requests/s, directly / invoked", $"{half[0].PerSecond:N0} / {half[1].PerSecond:N0}");
        Report.Line("p50, ms, directly / invoked", $"{half[0].P50:0.00} / {half[1].P50:0.00}");
        Report.Line("p99, ms, directly / invoked", $"{half[0].P99:0.00} / {half[1].P99:0.00}");
        var added = half[1].P99 - half[0].P99;
        Report.Goal("added p99, ms", added, "< 1.50", added < 1.5);
    }

    private static async Task WorkerAsync(InvokeServer server)
    {
        await server.CreateNodeAsync("node", "exports.handler = async (event) => ({ id: event.id });");
        await Wrk.RunAsync(server.Invoke("node"), connections: 2, seconds: 3);
        foreach (var connections in new[] { 1, 4, 16 })
        {
            var run = await Wrk.RunAsync(server.Invoke("node"), connections, WorkerSeconds);
            Report.Line($"warm worker, {connections} callers, invocations/s, p99", $"{run.PerSecond:N0}, {run.P99:0.00} ms");
            if (connections == 4)
            {
                Report.Goal("warm worker, invocations/s", run.PerSecond, ">= 3,000", run.PerSecond >= 3_000);
            }
        }
    }

    private static WrkResult Median(List<WrkResult> runs, Func<WrkResult, double> by) => runs.OrderBy(by).ElementAt(runs.Count / 2);

    /// <summary>The runs of each address, after one to warm up; the addresses take turns.</summary>
    private static async Task<List<WrkResult>[]> InTurnAsync(string[] urls, int delayMs)
    {
        var runs = urls.Select(_ => new List<WrkResult>()).ToArray();
        for (var round = 0; round <= Rounds; round++)
        {
            for (var i = 0; i < urls.Length; i++)
            {
                var run = await Wrk.RunAsync(urls[i], Connections, round == 0 ? WarmUpSeconds : Seconds, delayMs);
                if (round > 0)
                {
                    runs[i].Add(run);
                }
            }
        }

        return runs;
    }
}
