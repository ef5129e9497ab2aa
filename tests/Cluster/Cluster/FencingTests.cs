using Dispatcher.Adapters.Postgres;
using Dispatcher.Cluster.Tests.Postgres;
using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Names;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Dispatcher.Cluster.Tests.Cluster;

public sealed class FencingTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TwoOwners_AtOnceOverPostgres_LoseNothingAndTheOlderStops()
    {
        await using var postgres = await PostgresServer.StartAsync();
        await using var store = new PostgresStore(postgres.ConnectionString, TimeProvider.System, NullLogger<PostgresStore>.Instance);
        await store.OpenAsync(Cancellation);
        await using var silos = await TestSilos.StartAsync(2, kept: store);
        silos.Deliveries.Work = TimeSpan.FromMilliseconds(10);
        var mapping = await silos.MapAsync(shards: 1);
        await silos.PutAsync(1000);
        await Testing.Eventually.TrueAsync(() => silos.Deliveries.Distinct > 100, "records flow");
        var shard = (await silos.StatusAsync()).Shards.Single();
        var key = new ShardKey(silos.Mapping, shard.Shard);

        // A second owner that Orleans knows nothing of, as after a partition: it takes the shard while the first one works.
        var maker = silos.Services(silos.Cluster.Silos[1]).GetRequiredService<IGrainMaker>();
        var intruder = maker.Shard(key);
        await using var ending = (IAsyncDisposable)intruder;
        await intruder.StartAsync(mapping, Cancellation);
        await Testing.Eventually.TrueAsync(async () => await EpochAsync(postgres) > shard.Epoch, "the second owner has the next epoch");

        // The first one is refused and stops; the mapping's next pass starts it again, and then the second one is refused.
        await Testing.Eventually.TrueAsync(() => TakenBackAsync(silos, shard.Epoch + 2), "the grain takes the shard back");
        await silos.PutAsync(200);
        await silos.AllArriveAsync();
        await Testing.Eventually.TrueAsync(
            async () => !(await intruder.StatusAsync(Cancellation)).Running, "the second owner stops");

        Assert.Empty(silos.Deliveries.OutOfOrder());
        var saved = await silos.Store.Checkpoints.ListAsync(silos.Mapping, Cancellation);
        await Testing.Eventually.TrueAsync(async () => (await silos.StatusAsync()).Shards.Single().Lag == 0, "the checkpoint is at the end");
        Assert.True(saved[shard.Shard].Next > shard.Next);
    }

    /// <summary>The newest epoch, as the store has it: an owner that has it may be refused before anybody can ask it.</summary>
    private static async Task<long> EpochAsync(PostgresServer postgres)
    {
        await using var source = NpgsqlDataSource.Create(postgres.ConnectionString);
        await using var command = source.CreateCommand("SELECT max(epoch) FROM dispatcher.checkpoints");
        return (long)(await command.ExecuteScalarAsync(Cancellation))!;
    }

    private static async Task<bool> TakenBackAsync(TestSilos silos, long epoch)
    {
        // Something to save, else a first owner that is through with its records would not be refused.
        await silos.PutAsync(1);
        await silos.Grains.Mapping(silos.Mapping).ReconcileAsync(Cancellation);
        return (await silos.StatusAsync()).Shards.Single() is { Running: true } shard && shard.Epoch >= epoch;
    }
}
