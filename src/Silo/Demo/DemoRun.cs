using System.Diagnostics;

namespace Dispatcher.Silo.Demo;

/// <summary>One run of the demo: everything goes through the public API of a server in a process of its own.</summary>
internal sealed class DemoRun
{
    private readonly DemoPlan _plan;
    private readonly TextWriter _terminal;
    private readonly DirectoryInfo _folder;
    private readonly Deliveries _deliveries;

    private DemoRun(DemoPlan plan, TextWriter terminal, DirectoryInfo folder)
    {
        _plan = plan;
        _terminal = terminal;
        _folder = folder;
        _deliveries = new Deliveries(Directory.CreateDirectory(Path.Combine(folder.FullName, "deliveries")).FullName, plan.Records);
    }

    /// <summary>Runs the demo and returns the exit code: 0 only if every record was delivered.</summary>
    /// <exception cref="DemoException">A step failed.</exception>
    public static async Task<int> RunAsync(DemoPlan plan, TextWriter terminal, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("dispatcher-demo-");
        try
        {
            return await new DemoRun(plan, terminal, folder).RunAsync(cancellation);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<int> RunAsync(CancellationToken cancellation)
    {
        await using var server = await DemoServer.StartAsync(Path.Combine(_folder.FullName, "data"), cancellation);
        Say($"server ready on {server.Url}, empty data folder");
        using var api = new DemoApi(server.Url);
        await PrepareAsync(api, cancellation);

        var start = Stopwatch.GetTimestamp();
        var putting = PutAsync(api, cancellation);
        await WatchAsync(putting, cancellation);
        var put = await putting;
        var elapsed = Stopwatch.GetElapsedTime(start);

        // A server that has ended delivers nothing any more, so that late duplicates are counted too.
        await server.StopAsync();
        _deliveries.Read();
        return Summary.Print(_terminal, put, _deliveries, elapsed);
    }

    private async Task PrepareAsync(DemoApi api, CancellationToken cancellation)
    {
        await api.CreateStreamAsync(_plan.Shards, cancellation);
        Say($"stream {DemoPlan.Stream} with {_plan.Shards} shards");
        await api.CreateFunctionAsync(DemoArchive.Create(), DemoWorker.Settings(_deliveries.Folder), cancellation);
        Say($"function {DemoPlan.Function} (provided.al2023: a bootstrap in worker processes)");
        await api.CreateMappingAsync(DemoPlan.BatchSize, cancellation);
        Say($"event source mapping enabled, batch size {DemoPlan.BatchSize}");
    }

    private async Task<int> PutAsync(DemoApi api, CancellationToken cancellation)
    {
        const int callers = 2;
        var next = 0;
        var put = await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => PutPartAsync()));
        return put.Sum();

        async Task<int> PutPartAsync()
        {
            var done = 0;
            while (true)
            {
                var first = Interlocked.Add(ref next, DemoApi.PutSize) - DemoApi.PutSize;
                if (first >= _plan.Records)
                {
                    return done;
                }

                done += await api.PutAsync(first, Math.Min(DemoApi.PutSize, _plan.Records - first), cancellation);
            }
        }
    }

    /// <summary>Shows progress until all records have arrived, or until nothing has arrived for a while.</summary>
    private async Task WatchAsync(Task<int> putting, CancellationToken cancellation)
    {
        var patience = TimeSpan.FromSeconds(20);
        var progress = new Progress(_terminal, _plan.Records);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        var last = Stopwatch.GetTimestamp();
        while (_deliveries.Distinct < _plan.Records && !putting.IsFaulted && Stopwatch.GetElapsedTime(last) < patience)
        {
            await timer.WaitForNextTickAsync(cancellation);
            if (_deliveries.Read() > 0)
            {
                last = Stopwatch.GetTimestamp();
            }

            progress.Show(_deliveries.Distinct);
        }

        progress.End(_deliveries.Distinct);
    }

    private void Say(string step) => _terminal.WriteLine($"-- {step}");
}
