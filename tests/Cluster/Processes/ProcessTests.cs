using Dispatcher.Cluster.Tests.Cluster;
using Dispatcher.Cluster.Tests.Postgres;

namespace Dispatcher.Cluster.Tests.Processes;

public sealed class ProcessTests
{
    private const int Shards = 6;
    private const int Batch = 20;

    /// <summary>With the settings that a cluster has by default.</summary>
    [Fact]
    public async Task RollingRestartKillAndTerm_OfSilosUnderLoad_LoseNothingAndKeepOrder()
    {
        await using var postgres = await PostgresServer.StartAsync();
        await using var cluster = await ClusterProcesses.StartAsync(postgres);
        for (var i = 0; i < 3; i++)
        {
            await cluster.AddSiloAsync();
        }

        await cluster.MapAsync(Shards, Batch, wake: false);
        await cluster.WakeAsync();

        await RestartAllInTurnAsync(cluster);
        cluster.Deliveries.Work = TimeSpan.FromMilliseconds(20);
        var (restarted, before) = (cluster.Deliveries.Repeated, cluster.Deliveries.Distinct);
        await cluster.PutAsync(3000);
        await Testing.Eventually.TrueAsync(() => cluster.Deliveries.Distinct > before + 500, "records flow");

        // kill -9: what was put afterwards arrives, from all shards, within 10 s.
        await cluster.Silos[0].KillAsync();
        var start = TimeProvider.System.GetTimestamp();
        await cluster.PutAsync(500);
        await cluster.AllArriveAsync();
        var seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        TestContext.Current.TestOutputHelper?.WriteLine($"all records after {seconds:0.0} s");
        Assert.InRange(seconds, 0, 10);
        Assert.InRange(cluster.Deliveries.Repeated - restarted, 0, Shards * Batch * 2);

        // SIGTERM: hands over, leaves, ends with 0; nothing is repeated.
        var repeated = cluster.Deliveries.Repeated;
        await cluster.PutAsync(2000);
        start = TimeProvider.System.GetTimestamp();
        Assert.Equal(0, await cluster.Silos[1].StopAsync());
        Assert.InRange(TimeProvider.System.GetElapsedTime(start).TotalSeconds, 0, 30);
        await cluster.AllArriveAsync();
        Assert.Equal(repeated, cluster.Deliveries.Repeated);
        Assert.Empty(cluster.Deliveries.OutOfOrder());
    }

    /// <summary>
    /// Each silo gets SIGTERM and is started again, under load. How fast records can be worked off is bounded by the function
    /// and not by the processor; from the first SIGTERM until the last silo is back at least half of what is usual must be done,
    /// and so in the middle one of the restarts. Each takes a second and only some batches, so that a single one says little.
    /// </summary>
    private static async Task RestartAllInTurnAsync(ClusterProcesses cluster)
    {
        var deliveries = cluster.Deliveries;
        deliveries.Work = TimeSpan.FromMilliseconds(200);
        await cluster.PutAsync(30_000);
        await Testing.Eventually.TrueAsync(() => deliveries.Distinct > 1_000, "records flow");
        var usual = await RateAsync(deliveries, () => Testing.Eventually.TrueAsync(() => deliveries.Distinct > 4_000, "records flow"));
        var each = new List<double>();
        var all = await RateAsync(deliveries, async () =>
        {
            foreach (var silo in cluster.Silos)
            {
                each.Add(await RateAsync(deliveries, async () =>
                {
                    Assert.Equal(0, await silo.StopAsync());
                    await silo.StartAgainAsync();
                }));
            }
        });

        Assert.True(deliveries.Distinct < cluster.Put, "the load was too small to see anything");
        var rates = $"records a second: {usual:0} usually, {all:0} in the rolling restart, {string.Join(", ", each.Select(r => $"{r:0}"))} in the restarts";
        TestContext.Current.TestOutputHelper?.WriteLine(rates);
        Assert.True(Math.Min(all, each.Order().ElementAt(each.Count / 2)) >= usual / 2, rates);
        Assert.InRange(deliveries.Repeated, 0, Shards * Batch * cluster.Silos.Count);
        deliveries.Work = TimeSpan.Zero;
        await cluster.AllArriveAsync();
    }

    private static async Task<double> RateAsync(Deliveries deliveries, Func<Task> during)
    {
        var (start, before) = (TimeProvider.System.GetTimestamp(), deliveries.Distinct);
        await during();
        return (deliveries.Distinct - before) / TimeProvider.System.GetElapsedTime(start).TotalSeconds;
    }
}
