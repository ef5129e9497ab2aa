namespace Dispatcher.Bench;

/// <summary>
/// Synchronous invocations over HTTP, driven by wrk: an HTTP function through the server and directly in turn, and a worker.
/// Server, function and wrk are processes of their own.
/// </summary>
internal static class InvokeBench
{
    private const int Rounds = 3;
    private const int Seconds = 4;
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
        Report.Line("HTTP function directly, requests/s", $"{full[0].PerSecond:N0}");
        Report.Line("HTTP function invoked, requests/s", $"{full[1].PerSecond:N0}");
        var ratio = full[1].PerSecond / full[0].PerSecond;
        Report.Goal("throughput, ratio", ratio, ">= 0.50", ratio >= 0.5);

        var delay = (int)Math.Round(Connections / (full[1].PerSecond / 2) * 1000);
        var half = await InTurnAsync(urls, Math.Max(1, delay));
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
            var run = await Wrk.RunAsync(server.Invoke("node"), connections, Seconds);
            Report.Line($"warm worker, {connections} callers, invocations/s, p99", $"{run.PerSecond:N0}, {run.P99:0.00} ms");
            if (connections == 4)
            {
                Report.Goal("warm worker, invocations/s", run.PerSecond, ">= 3,000", run.PerSecond >= 3_000);
            }
        }
    }

    /// <summary>The median run of each address, after one to warm up; the addresses take turns.</summary>
    private static async Task<WrkResult[]> InTurnAsync(string[] urls, int delayMs)
    {
        var runs = urls.Select(_ => new List<WrkResult>()).ToArray();
        for (var round = 0; round <= Rounds; round++)
        {
            for (var i = 0; i < urls.Length; i++)
            {
                runs[i].Add(await Wrk.RunAsync(urls[i], Connections, round == 0 ? 2 : Seconds, delayMs));
            }
        }

        return [.. runs.Select(all => all.Skip(1).OrderBy(run => delayMs == 0 ? run.PerSecond : run.P99).ElementAt(Rounds / 2))];
    }
}
