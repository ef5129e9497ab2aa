using Dispatcher.Cluster.Tests.Postgres;
using Dispatcher.Cluster.Tests.Processes;

namespace Dispatcher.Cluster.Tests.Partitions;

/// <summary>Three silos, of which one after the other is cut off by the network.</summary>
public sealed class PartitionTests
{
    private const int Silos = 3;
    private const int LeaseSeconds = 3;

    /// <summary>A silo reads its clock when it asks the store and the function is told over HTTP: a little later than the lease.</summary>
    private static readonly TimeSpan s_lapse = TimeSpan.FromSeconds(LeaseSeconds + 2);

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Silo_CutOff_StopsInvokingTheRestGoOnAndNothingIsLost()
    {
        await using var network = await SiloNetwork.CreateAsync(Silos);
        await using var postgres = await PostgresServer.StartAsync(network.PostgresAddress, network.Everybody);
        await using var cluster = await ClusterProcesses.StartAsync(postgres, network);
        cluster.Settings["DISPATCHER__Cluster__LeaseSeconds"] = $"{LeaseSeconds}";
        for (var silo = 0; silo < Silos; silo++)
        {
            await cluster.AddSiloAsync();
        }

        await cluster.MapAsync(shards: 9, wake: false);
        await cluster.WakeAsync();

        var story = new PartitionStory(cluster, network, postgres, s_lapse, s_patience);
        await story.LoadAsync(0);

        // From PostgreSQL only: it stops invoking, sees that the others have what it has not, and leaves its shards to them.
        await network.CutPostgresAsync(0, cut: true);
        await story.StopsInvokingAsync(0);
        Assert.Equal(1, await cluster.Silos[0].EndAsync());
        await story.AllArriveAsync();
        await network.CutPostgresAsync(0, cut: false);
        await story.ReturnsAsync(0);

        // From the others only: they declare it dead, it learns that from PostgreSQL and ends.
        await story.LoadAsync(1);
        await network.CutPeersAsync(1, cut: true);
        Assert.Equal(1, await cluster.Silos[1].EndAsync());
        await story.AllArriveAsync();
        await network.CutPeersAsync(1, cut: false);
        await story.ReturnsAsync(1);

        // From everything: it stops invoking; once it is back it learns that it is dead and ends.
        await story.LoadAsync(2);
        await network.CutPeersAsync(2, cut: true);
        await network.CutPostgresAsync(2, cut: true);
        await story.StopsInvokingAsync(2);
        await story.AllArriveAsync();
        await network.CutPeersAsync(2, cut: false);
        await network.CutPostgresAsync(2, cut: false);
        Assert.Equal(1, await cluster.Silos[2].EndAsync());
        await story.ReturnsAsync(2);

        await story.OneOwnerPerShardAsync();
        Assert.Empty(cluster.Deliveries.OutOfOrder());
        Assert.All(cluster.Silos, silo => Assert.DoesNotContain("would move back", silo.Log, StringComparison.Ordinal));
    }
}
