using System.Diagnostics;
using System.Globalization;
using System.Text;
using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Streams;
using Dispatcher.Silo.Orleans;
using Dispatcher.Testing.Postgres;
using Dispatcher.Testing.Server;

namespace Dispatcher.Bench;

/// <summary>
/// Two silos, each a process of the real program, over PostgreSQL: how the work of one mapping is shared out, and how long
/// 10,000 mappings need until all of them work. The processors are this machine's: PostgreSQL and the function share them.
/// </summary>
internal static class ClusterBench
{
    private const int Mappings = 10_000;
    private const int Shards = 16;
    private const int Records = 200_000;
    private const string Stream = "shared";
    private static readonly CountingHandler s_handler = new();

    public static async Task RunAsync()
    {
        if (!ClusterHosting.Available || !PostgresServer.Installed)
        {
            Report.Line("left out", "needs the Orleans packages and PostgreSQL");
            return;
        }

        await using var postgres = await PostgresServer.StartAsync();
        await using var function = await LightFunction.StartAsync();
        await SharesAsync(await postgres.CreateDatabaseAsync(), function);
        await SettleAsync(postgres, function);
    }

    /// <summary>One mapping over 16 shards: the sum of the work, in parts of the busier silo's.</summary>
    private static async Task SharesAsync(string database, LightFunction function)
    {
        await using var host = await HostAsync(database, function);
        await FillAsync(host.Get<IStreams>());
        var silos = await StartAsync(database);
        await Task.Delay(TimeSpan.FromSeconds(3)); // silos tell each other their load every second, and placement goes by it
        var id = await CreateAsync(host, Stream);
        var start = Stopwatch.GetTimestamp();
        await WakeAsync(host, silos[0], id);
        await Testing.Eventually.TrueAsync(async () => (await SucceededAsync(silos)).Sum() >= Records, "all records are delivered", TimeSpan.FromSeconds(120));
        Report.Line("records/s, two silos and function on one machine", $"{Records / Stopwatch.GetElapsedTime(start).TotalSeconds:N0}");
        var work = await SucceededAsync(silos);
        var gain = work.Sum() / (double)work.Max();
        Report.Goal("work of two silos in parts of the busier one's", gain, ">= 1.6", gain >= 1.6);
        await StopAsync(silos);
    }

    /// <summary>10,000 mappings wait when two silos start; each has settled when it is enabled and its shard is taken.</summary>
    private static async Task SettleAsync(PostgresServer postgres, LightFunction function)
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var host = await HostAsync(database, function);
        await host.Get<IStreams>().CreateAsync(new StreamDraft(Stream), 1, CancellationToken.None);
        await Parallel.ForAsync(0, Mappings, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (_, _) => await CreateAsync(host, Stream));

        var name = database.Split("Database=")[1].Split(';')[0];
        var start = Stopwatch.GetTimestamp();
        var silos = await StartAsync(database);
        Report.Line("both silos are ready after, s", Seconds(start));
        await CountAsync(postgres, name, "dispatcher.checkpoints where epoch > 0", "all shards are taken");
        Report.Line("all shards are taken after, s", Seconds(start));
        await CountAsync(postgres, name, "dispatcher.documents where kind = 'mapping' and convert_from(body, 'UTF8') like '%\"State\":\"Enabled\"%'", "all mappings are enabled");
        var settled = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Report.Goal("10,000 mappings on two silos have settled, s", settled, "< 60", settled < 60);
        await host.Get<IStreams>().PutAsync(Stream, new[] { new StreamPut("k"u8.ToArray(), "1"u8.ToArray()) }, new StreamPutResult[1], CancellationToken.None);
        start = Stopwatch.GetTimestamp();
        await Testing.Eventually.TrueAsync(async () => (await SucceededAsync(silos)).Sum() >= Mappings, "a record is delivered by each", TimeSpan.FromSeconds(120));
        Report.Line("one record is delivered by all of them after, s", Seconds(start));
        Report.Line("reminders by then", (await postgres.SqlAsync(name, "select count(*) from OrleansRemindersTable")).Trim());
        Report.Line("shards by silo", string.Join(" and ", await SucceededAsync(silos)));
        foreach (var silo in silos)
        {
            using var process = Process.GetProcessById(silo.ProcessId);
            Report.Line("processor s and MB of a silo", $"{process.TotalProcessorTime.TotalSeconds:0.0} {process.WorkingSet64 / 1048576:N0}");
        }

        await StopAsync(silos);
    }

    private static async Task<BenchHost> HostAsync(string database, LightFunction function)
    {
        var host = await BenchHost.StartAsync(s_handler, config => config.Cluster.Postgres = database);
        await host.Catalog.Functions.CreateAsync(
            "light", new FunctionConfig { Name = "light", PackageType = "Image", ImageUri = function.Url, RevisionId = "1", Timeout = 60 }, CancellationToken.None);
        return host;
    }

    private static async Task<MappingId> CreateAsync(BenchHost host, string stream)
    {
        var id = MappingId.New();
        await host.Catalog.Mappings.CreateAsync(
            id.ToString(),
            new MappingConfig
            {
                Uuid = id.ToString(),
                FunctionArn = new FunctionRef("light").ToArn(host.Config.Region, host.Config.Account),
                EventSourceArn = $"arn:aws:kinesis:{host.Config.Region}:{host.Config.Account}:stream/{stream}",
                StartingPosition = "TRIM_HORIZON",
                BatchSize = 100,
            },
            CancellationToken.None);
        return id;
    }

    /// <summary>A silo that starts wakes what is stored; this mapping came later.</summary>
    private static async Task WakeAsync(BenchHost host, ServerProcess silo, MappingId id)
    {
        await host.Catalog.Mappings.UpdateAsync(id.ToString(), m => m with { State = MappingState.Enabled }, CancellationToken.None);
        using var client = new HttpClient();
        using var content = new StringContent("{\"Enabled\":true}");
        using var answer = await client.PutAsync(new Uri(silo.Url, $"/2015-03-31/event-source-mappings/{id}"), content);
        answer.EnsureSuccessStatusCode();
    }

    private static async Task FillAsync(IStreams streams)
    {
        await streams.CreateAsync(new StreamDraft(Stream), Shards, CancellationToken.None);
        var results = new StreamPutResult[500];
        for (var i = 0; i < Records; i += results.Length)
        {
            var puts = Enumerable.Range(i, results.Length).Select(k => new StreamPut(Encoding.UTF8.GetBytes($"key-{k}"), new byte[100])).ToArray();
            await streams.PutAsync(Stream, puts, results, CancellationToken.None);
        }
    }

    private static async Task<ServerProcess[]> StartAsync(string database) => await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => ServerProcess.StartAsync(
        new ServerOptions
        {
            Environment = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["DISPATCHER__Cluster__Enabled"] = "true",
                ["DISPATCHER__Cluster__Postgres"] = database,
                ["DISPATCHER__Cluster__SiloPort"] = "0",
                ["DISPATCHER__Cluster__GatewayPort"] = "0",
                ["DISPATCHER__Cluster__AdvertiseAddress"] = "127.0.0.1",
                ["DISPATCHER__Log__Level"] = "Warning",
            },
        })));

    private static async Task StopAsync(ServerProcess[] silos)
    {
        foreach (var silo in silos)
        {
            if (Environment.GetEnvironmentVariable("BENCH_LOGS") is { } folder)
            {
                await File.WriteAllTextAsync(Path.Combine(folder, $"silo-{silo.ProcessId}.log"), silo.Log);
            }

            await silo.KillAsync();
            await silo.DisposeAsync();
        }
    }

    private static Task CountAsync(PostgresServer postgres, string database, string what, string words) => Testing.Eventually.TrueAsync(
        async () => int.Parse(await postgres.SqlAsync(database, $"select count(*) from {what}"), CultureInfo.InvariantCulture) >= Mappings, words, TimeSpan.FromSeconds(150));

    private static async Task<long[]> SucceededAsync(ServerProcess[] silos)
    {
        using var client = new HttpClient();
        var counts = new long[silos.Length];
        for (var i = 0; i < silos.Length; i++)
        {
            counts[i] = (await client.GetStringAsync(new Uri(silos[i].Url, "/metrics"))).Split('\n')
                .Where(line => line.StartsWith("dispatcher_succeeded_event_count_total{", StringComparison.Ordinal))
                .Sum(line => long.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
        }

        return counts;
    }

    private static string Seconds(long start) => $"{Stopwatch.GetElapsedTime(start).TotalSeconds:0.0}";
}
