using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Silo.Orleans;
using Npgsql;

namespace Dispatcher.Cluster.Tests.Postgres;

public sealed class PostgresTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PrepareAsync_ManyAtOnceAndAgain_MakesTheTablesOnce()
    {
        await using var server = await PostgresServer.StartAsync();
        var cluster = new ClusterConfig { Postgres = server.ConnectionString };

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ClusterHosting.PrepareAsync(cluster, Cancellation)));
        await ClusterHosting.PrepareAsync(cluster, Cancellation);

        Assert.Equal(2L, await AskAsync(server, "select count(*) from cluster_migration"));
        Assert.Equal(16L, await AskAsync(server, "select count(*) from OrleansQuery"));
    }

    [Fact]
    public async Task Cluster_OverPostgres_KeepsMembersAndRemindersThere()
    {
        await using var server = await PostgresServer.StartAsync();
        await ClusterHosting.PrepareAsync(new ClusterConfig { Postgres = server.ConnectionString }, Cancellation);
        await using var silos = await PostgresSilos.StartAsync(3, server.ConnectionString);
        silos.Deliveries.Work = TimeSpan.FromMilliseconds(20);
        var mapping = await silos.MapAsync(shards: 6);
        await silos.PutAsync(2000);
        await Testing.Eventually.TrueAsync(
            async () => (long)(await AskAsync(server, "select count(*) from OrleansRemindersTable"))! == 1, "the mapping has a reminder");
        Assert.Equal(3L, await AskAsync(server, "select count(*) from OrleansMembershipTable where Status = 3"));

        await silos.EndOldestAsync(gracefully: false);
        await silos.EndOldestAsync(gracefully: true);
        await silos.PutAsync(500);
        await silos.AllArriveAsync();
        Assert.Empty(silos.Deliveries.OutOfOrder());
        Assert.Equal(1L, await AskAsync(server, "select count(*) from OrleansMembershipTable where Status = 3"));

        await silos.Catalog.Mappings.UpdateAsync(mapping.Uuid, m => m with { State = MappingState.Deleting }, Cancellation);
        await silos.Grains.Mapping(silos.Mapping).ReconcileAsync(Cancellation);
        await Testing.Eventually.TrueAsync(
            async () => (long)(await AskAsync(server, "select count(*) from OrleansRemindersTable"))! == 0, "its reminder is gone with it");
    }

    private static async Task<object?> AskAsync(PostgresServer server, string sql)
    {
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync(Cancellation);
    }
}
