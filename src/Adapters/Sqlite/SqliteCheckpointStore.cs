using Dispatcher.Adapters.Stores;
using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Adapters.Sqlite;

/// <summary>Leases and checkpoints in one table; the epoch and the first gap are columns, the rest is JSON.</summary>
internal sealed class SqliteCheckpointStore(SqliteStore store) : ICheckpointStore
{
    private const string Seed = """
        INSERT INTO checkpoints (mapping, shard, epoch, owner, next, body) VALUES (?, ?, 0, '', ?, ?)
        ON CONFLICT DO UPDATE SET next = excluded.next, body = excluded.body WHERE checkpoints.next IS NULL
        """;

    private const string Take = """
        INSERT INTO checkpoints (mapping, shard, epoch, owner) VALUES (?, ?, 1, ?)
        ON CONFLICT DO UPDATE SET epoch = epoch + 1, owner = excluded.owner
        """;

    private const string Save = """
        UPDATE checkpoints SET next = ?1, body = ?2
        WHERE mapping = ?3 AND shard = ?4 AND epoch = ?5 AND (next IS NULL OR next <= ?1)
        """;

    private const string Get = "SELECT epoch, body, next FROM checkpoints WHERE mapping = ? AND shard = ?";
    private const string List = "SELECT shard, body FROM checkpoints WHERE mapping = ? AND next IS NOT NULL";
    private const string Delete = "DELETE FROM checkpoints WHERE mapping = ?";

    public async ValueTask SeedAsync(
        MappingId mapping, IReadOnlyDictionary<string, Checkpoint> first, CancellationToken cancellation)
        => await store.File.Writer.RunAsync(connection =>
        {
            foreach (var (shard, checkpoint) in first)
            {
                using var insert = connection.Use(Seed);
                insert.Bind(1, mapping.ToString()).Bind(2, shard).Bind(3, checkpoint.Next).Bind(4, CheckpointJson.Write(checkpoint)).Run();
            }

            return true;
        }, 0, cancellation);

    public async ValueTask<ShardLease> TakeAsync(ShardKey shard, string owner, CancellationToken cancellation)
        => await store.File.Writer.RunAsync(connection =>
        {
            using (var take = connection.Use(Take))
            {
                take.Bind(1, shard.Mapping.ToString()).Bind(2, shard.Shard).Bind(3, owner).Run();
            }

            using var get = connection.Use(Get);
            get.Bind(1, shard.Mapping.ToString()).Bind(2, shard.Shard).Step();
            return new ShardLease(shard, get.Long(0), get.IsNull(1) ? null : CheckpointJson.Read(get.Bytes(1), shard.ToString()));
        }, 0, cancellation);

    public ValueTask<IReadOnlyList<LeaseClaim>> ConfirmAsync(IReadOnlyList<LeaseClaim> claims, CancellationToken cancellation)
        => store.File.Reads.RunAsync(claims, static (connection, claims) =>
        {
            var lost = new List<LeaseClaim>();
            foreach (var claim in claims)
            {
                using var get = connection.Use(Get);
                if (!get.Bind(1, claim.Shard.Mapping.ToString()).Bind(2, claim.Shard.Shard).Step() || get.Long(0) != claim.Epoch)
                {
                    lost.Add(claim);
                }
            }

            return (IReadOnlyList<LeaseClaim>)lost;
        }, cancellation);

    public async ValueTask<CheckpointWrite> SaveAsync(
        ShardKey shard, long epoch, Checkpoint checkpoint, CancellationToken cancellation)
    {
        var (mapping, body) = (shard.Mapping.ToString(), CheckpointJson.Write(checkpoint));
        return await store.File.Writer.RunAsync(connection =>
        {
            using var save = connection.Use(Save);
            save.Bind(1, checkpoint.Next).Bind(2, body).Bind(3, mapping).Bind(4, shard.Shard).Bind(5, epoch).Run();
            return connection.Changes == 1 ? CheckpointWrite.Saved : Refuse(connection, shard, epoch, checkpoint);
        }, body.Length, cancellation);
    }

    public ValueTask<IReadOnlyDictionary<string, Checkpoint>> ListAsync(MappingId mapping, CancellationToken cancellation)
        => store.File.Reads.RunAsync(mapping, static (connection, mapping) =>
        {
            using var select = connection.Use(List);
            select.Bind(1, mapping.ToString());
            var found = new Dictionary<string, Checkpoint>();
            while (select.Step())
            {
                var shard = select.Text(0);
                found[shard] = CheckpointJson.Read(select.Bytes(1), $"{mapping}/{shard}");
            }

            return (IReadOnlyDictionary<string, Checkpoint>)found;
        }, cancellation);

    public async ValueTask DeleteAsync(MappingId mapping, CancellationToken cancellation)
        => await store.File.Writer.RunAsync(connection =>
        {
            using var delete = connection.Use(Delete);
            delete.Bind(1, mapping.ToString()).Run();
            return true;
        }, 0, cancellation);

    /// <summary>The save changed nothing: fenced, or a checkpoint that would move back.</summary>
    private static CheckpointWrite Refuse(Connection connection, ShardKey shard, long epoch, Checkpoint checkpoint)
    {
        using var get = connection.Use(Get);
        if (!get.Bind(1, shard.Mapping.ToString()).Bind(2, shard.Shard).Step() || get.Long(0) != epoch)
        {
            return CheckpointWrite.Fenced;
        }

        throw new InvalidOperationException(
            $"the checkpoint of {shard} would move back from {get.Long(2)} to {checkpoint.Next}");
    }
}
