using Dispatcher.Bench;

var all = new (string Name, string What, Func<Task> Run)[]
{
    ("stream", "embedded stream to a no-op function, against a bare loop over the same port", StreamBench.RunAsync),
    ("kafka", "Kafka to a no-op function, against a bare consumer", KafkaBench.RunAsync),
    ("lanes", "ParallelizationFactor 10 against 1, records of 0 to 5 ms on one shard", LaneBench.RunAsync),
    ("idle", "1,000 idle mappings: memory and processor", IdleBench.RunAsync),
    ("failures", "what retries, bisect and partial answers cost where nearly nothing fails", FailureBench.RunAsync),
    ("filters", "an exact-match filter on JSON of 1 KB, against a bare reader and documents", FilterBench.RunAsync),
    ("invoke", "synchronous invocations over HTTP: an HTTP function against calling it directly, a warm worker", InvokeBench.RunAsync),
    ("accept", "asynchronous invocations until they are accepted, against inserts into the same store", AcceptBench.RunAsync),
    ("cluster", "two silos over PostgreSQL: shares of the work, and 10,000 mappings until all work", ClusterBench.RunAsync),
    ("concurrency", "a reservation of 10 under 200 callers: how much of it is used", ConcurrencyBench.RunAsync),
    ("worker", "a warm worker process: time beside the function's own", WorkerBench.RunAsync),
};

if (args is ["--help"])
{
    Console.WriteLine("bench/run [NAME ...]");
    Console.WriteLine("bench/run soak [SECONDS]   everything at once, 300 s: nothing lost, no call failed, memory steady");
    foreach (var one in all)
    {
        Console.WriteLine($"  {one.Name,-8} {one.What}");
    }

    return 0;
}

if (args is ["soak", .. var time])
{
    Console.WriteLine("== soak: records, calls, streams and asynchronous events at once");
    await SoakBench.RunAsync(time is [var seconds] ? int.Parse(seconds) : 300);
    return Report.Failed ? 1 : 0;
}

// Each in a process of its own: what one has compiled or holds in memory does not count for another.
var wanted = all.Where(a => args.Length == 0 || args.Contains(a.Name)).ToList();
if (wanted is [var only])
{
    Console.WriteLine($"== {only.Name}: {only.What}");
    await only.Run();
    return Report.Failed ? 1 : 0;
}

var missed = 0;
foreach (var one in wanted)
{
    using var child = System.Diagnostics.Process.Start(Environment.ProcessPath!, one.Name);
    await child.WaitForExitAsync();
    missed += child.ExitCode == 0 ? 0 : 1;
}

return missed == 0 ? 0 : 1;
