using Dispatcher.Cluster.Tests.Postgres;

namespace Dispatcher.Cluster.Tests.Processes;

public sealed class ProcessTests
{
    [Fact]
    public async Task KillAndTerm_OfSilosUnderLoad_LoseNothingAndKeepOrder()
    {
        await using var postgres = await PostgresServer.StartAsync();
        await using var cluster = await ClusterProcesses.StartAsync(postgres.ConnectionString);
        cluster.Deliveries.Work = TimeSpan.FromMilliseconds(20);
        await cluster.MapAsync(shards: 6, wake: false);
        for (var i = 0; i < 3; i++)
        {
            await cluster.AddSiloAsync();
        }

        await cluster.PutAsync(3000);
        await Testing.Eventually.TrueAsync(() => cluster.Deliveries.Distinct > 500, "records flow");

        // kill -9: what was put afterwards has arrived, from all shards, within 10 s.
        await cluster.Silos[0].KillAsync();
        var start = TimeProvider.System.GetTimestamp();
        await cluster.PutAsync(500);
        await cluster.AllArriveAsync();
        Assert.InRange(TimeProvider.System.GetElapsedTime(start).TotalSeconds, 0, 10);
        Assert.InRange(cluster.Deliveries.Repeated, 0, 6 * 20 * 2);

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
}
