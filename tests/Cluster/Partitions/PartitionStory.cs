using System.Diagnostics;
using Dispatcher.Cluster.Tests.Postgres;
using Dispatcher.Cluster.Tests.Processes;
using Dispatcher.Testing;
using Npgsql;

namespace Dispatcher.Cluster.Tests.Partitions;

/// <summary>What happens around the cuts, and what is looked at: deliveries by silo, and the checkpoints all the while.</summary>
internal sealed class PartitionStory(ClusterProcesses cluster, SiloNetwork network, PostgresServer postgres, TimeSpan lapse, TimeSpan patience)
{
    private const int Load = 6_000;

    private readonly Dictionary<string, long> _next = new(StringComparer.Ordinal);

    /// <summary>Gives every shard more than it works off within a lease, and waits until a silo has begun with it.</summary>
    public async Task LoadAsync(int silo)
    {
        cluster.Deliveries.Work = TimeSpan.FromMilliseconds(400);
        var before = Invoked(silo);
        await Eventually.TrueAsync(() => WorksAsync(silo, before), "the silo has work", patience);
    }

    /// <summary>Whether a silo works while much is left. Shards may come to it only when all of a load is worked off: then there is another.</summary>
    private async Task<bool> WorksAsync(int silo, int before)
    {
        if (cluster.Put - cluster.Deliveries.Distinct < Load / 2)
        {
            await cluster.PutAsync(Load);
        }

        return Invoked(silo) > before;
    }

    /// <summary>A silo begins nothing once the time of its leases is over, while the others go on.</summary>
    public async Task StopsInvokingAsync(int silo)
    {
        var start = Stopwatch.GetTimestamp();
        await EventuallyAsync(() => Stopwatch.GetElapsedTime(start) > lapse, "the lease is over");
        var (before, all) = (Invoked(silo), cluster.Deliveries.Distinct);
        Assert.True(all < cluster.Put, "the load was too small to see anything");
        await EventuallyAsync(() => cluster.Deliveries.Distinct >= all + 200, "the others go on");
        Assert.Equal(before, Invoked(silo));
    }

    /// <summary>Everything that was put arrives.</summary>
    public async Task AllArriveAsync()
    {
        cluster.Deliveries.Work = TimeSpan.FromMilliseconds(5);
        await EventuallyAsync(() => cluster.Deliveries.Distinct == cluster.Put, $"all {cluster.Put} records arrive");
    }

    /// <summary>A silo that has ended is started again, as its process manager would do.</summary>
    public async Task ReturnsAsync(int silo)
    {
        // The kernel may still look for the neighbour that it lost: until it gives up it has "no route" for whoever connects.
        await Eventually.TrueAsync(() => network.ReachesAsync(silo, network.PostgresAddress, postgres.Port), "the network is whole");
        await cluster.Silos[silo].StartAgainAsync();
    }

    /// <summary>Nothing is delivered twice any more, and nobody takes a shard from anybody.</summary>
    public async Task OneOwnerPerShardAsync()
    {
        await cluster.PutAsync(900);
        await AllArriveAsync();
        var (repeated, epochs) = (cluster.Deliveries.Repeated, await EpochsAsync());
        await cluster.PutAsync(2_000);
        await AllArriveAsync();
        Assert.Equal(repeated, cluster.Deliveries.Repeated);
        Assert.Equal(epochs, await EpochsAsync());
    }

    private async Task<List<long>> EpochsAsync()
    {
        await using var source = NpgsqlDataSource.Create(postgres.ConnectionString);
        await using var command = source.CreateCommand("select epoch from dispatcher.checkpoints order by shard");
        await using var rows = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var epochs = new List<long>();
        while (await rows.ReadAsync(TestContext.Current.CancellationToken))
        {
            epochs.Add(rows.GetInt64(0));
        }

        return epochs;
    }

    private int Invoked(int silo) => cluster.Deliveries.BySilo().GetValueOrDefault(network.CallerAddress(silo));

    private Task EventuallyAsync(Func<bool> look, string what) => Eventually.TrueAsync(
        async () =>
        {
            await LookAtCheckpointsAsync();
            return look();
        },
        what,
        patience);

    private async Task LookAtCheckpointsAsync()
    {
        foreach (var (shard, checkpoint) in await cluster.Store.Checkpoints.ListAsync(cluster.Mapping, TestContext.Current.CancellationToken))
        {
            Assert.True(checkpoint.Next >= _next.GetValueOrDefault(shard), $"the checkpoint of {shard} went back from {_next.GetValueOrDefault(shard)} to {checkpoint.Next}");
            _next[shard] = checkpoint.Next;
        }
    }
}
