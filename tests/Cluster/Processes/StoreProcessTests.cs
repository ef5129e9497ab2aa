using System.Net;
using System.Text.RegularExpressions;
using Dispatcher.Cluster.Tests.Cluster;
using Dispatcher.Cluster.Tests.Postgres;
using Dispatcher.Testing;
using Npgsql;

namespace Dispatcher.Cluster.Tests.Processes;

/// <summary>PostgreSQL goes away under a cluster that works, and comes back.</summary>
public sealed class StoreProcessTests(ITestOutputHelper output)
{
    private const int Shards = 6;
    private const int Batch = 20;
    private const int LeaseSeconds = 3;
    private const int Outages = 3;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RestartOfPostgres_UnderLoad_EverybodyStaysAndNothingIsLost()
    {
        await using var postgres = await PostgresServer.StartAsync();
        await using var cluster = await ClusterProcesses.StartAsync(postgres);
        cluster.Settings["DISPATCHER__Cluster__LeaseSeconds"] = $"{LeaseSeconds}";
        await cluster.AddSiloAsync();
        await cluster.AddSiloAsync();
        cluster.Settings["DISPATCHER__Cluster__Role"] = "gateway";
        await cluster.AddSiloAsync();
        cluster.Deliveries.Work = TimeSpan.FromMilliseconds(20);
        await cluster.MapAsync(Shards, Batch, wake: false);
        await cluster.WakeAsync();
        await using var puts = SteadyPuts.Begin(cluster.Silos.Select(s => s.Url));
        await FlowsAsync(cluster);
        await Eventually.EqualAsync(1L, () => AskAsync(postgres, "select count(*) from OrleansRemindersTable"));

        // A crash, for longer than leases hold: nobody is ready, and the mapping stands still.
        await postgres.CrashAsync();
        var start = TimeProvider.System.GetTimestamp();
        foreach (var process in cluster.Silos)
        {
            await IsReadyAsync(process.Url, ready: false);
        }

        await Eventually.TrueAsync(() => TimeProvider.System.GetElapsedTime(start).TotalSeconds > LeaseSeconds + 2, "the leases are over");
        await postgres.StartAgainAsync();
        await ComesBackAsync(cluster);

        // Two restarts in order, of a moment.
        for (var i = 1; i < Outages; i++)
        {
            await postgres.RestartAsync();
            await ComesBackAsync(cluster);
        }

        await puts.StopAsync();
        await Eventually.EqualAsync(puts.Put, () => Task.FromResult(cluster.Deliveries.Distinct));
        output.WriteLine($"{puts.Put} records, {puts.Doubtful} doubtful puts, {cluster.Deliveries.Repeated} repeated");
        Assert.Empty(cluster.Deliveries.OutOfOrder());
        Assert.InRange(cluster.Deliveries.Repeated, 0, puts.Doubtful + (Outages * Shards * Batch));

        // What went on meanwhile was logged, once each time.
        Assert.All(cluster.Silos, process => Assert.InRange(Regex.Count(process.Log, "could not be stored"), 1, Outages * 5));

        // The silos are the members that they were, and what the mapping comes back by is there.
        Assert.Equal(2L, await AskAsync(postgres, "select count(*) from OrleansMembershipTable where Status = 3"));
        Assert.Equal(2L, await AskAsync(postgres, "select count(*) from OrleansMembershipTable"));
        Assert.Equal(1L, await AskAsync(postgres, "select count(*) from OrleansRemindersTable"));

        // And they still see each other go.
        Assert.Equal(0, await cluster.Silos[0].StopAsync());
        var before = cluster.Deliveries.Distinct;
        await cluster.PutAsync(500);
        await Eventually.EqualAsync(before + 500, () => Task.FromResult(cluster.Deliveries.Distinct));
        Assert.Empty(cluster.Deliveries.OutOfOrder());
    }

    /// <summary>All processes are ready again and records flow.</summary>
    private async Task ComesBackAsync(ClusterProcesses cluster)
    {
        var start = TimeProvider.System.GetTimestamp();
        foreach (var process in cluster.Silos)
        {
            await IsReadyAsync(process.Url, ready: true);
        }

        await FlowsAsync(cluster);
        output.WriteLine($"records flow {TimeProvider.System.GetElapsedTime(start).TotalSeconds:0.0} s after PostgreSQL takes connections");
    }

    private static Task FlowsAsync(ClusterProcesses cluster)
    {
        var before = cluster.Deliveries.Distinct;
        return Eventually.TrueAsync(() => cluster.Deliveries.Distinct > before + 500, "records flow");
    }

    private static async Task IsReadyAsync(Uri process, bool ready)
    {
        using var client = new HttpClient { BaseAddress = process };
        await Eventually.EqualAsync(ready ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable, async () =>
        {
            using var answer = await client.GetAsync("/health/ready", Cancellation);
            return answer.StatusCode;
        });
    }

    private static async Task<long> AskAsync(PostgresServer server, string sql)
    {
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        await using var command = source.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync(Cancellation))!;
    }
}
