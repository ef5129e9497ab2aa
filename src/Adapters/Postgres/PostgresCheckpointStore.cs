using Dispatcher.Adapters.Stores;
using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Adapters.Postgres;

/// <summary>Leases and checkpoints in one table; the epoch and the first gap are columns, the rest is JSON. Saves are grouped.</summary>
internal sealed class PostgresCheckpointStore(PostgresDatabase database, GroupWriter<CheckpointSave> saves) : ICheckpointStore
{
    // In one order, so that two processes that seed the same shards do not wait for each other.
    private const string Seed = """
        INSERT INTO dispatcher.checkpoints AS c (mapping, shard, epoch, owner, next, body)
        SELECT $1, g.shard, 0, '', g.next, g.body FROM unnest($2, $3, $4) AS g(shard, next, body) ORDER BY g.shard COLLATE "C"
        ON CONFLICT (mapping, shard) DO UPDATE SET next = excluded.next, body = excluded.body WHERE c.next IS NULL
        """;

    private const string Take = """
        INSERT INTO dispatcher.checkpoints AS c (mapping, shard, epoch, owner) VALUES ($1, $2, 1, $3)
        ON CONFLICT (mapping, shard) DO UPDATE SET epoch = c.epoch + 1, owner = excluded.owner
        RETURNING epoch, body
        """;

    private const string Confirm = """
        SELECT g.mapping, g.shard, g.epoch FROM unnest($1, $2, $3) AS g(mapping, shard, epoch)
        LEFT JOIN dispatcher.checkpoints c ON c.mapping = g.mapping AND c.shard = g.shard
        WHERE c.epoch IS DISTINCT FROM g.epoch
        """;

    private const string List = "SELECT shard, body FROM dispatcher.checkpoints WHERE mapping = $1 AND next IS NOT NULL";
    private const string Delete = "DELETE FROM dispatcher.checkpoints WHERE mapping = $1";

    public async ValueTask SeedAsync(
        MappingId mapping, IReadOnlyDictionary<string, Checkpoint> first, CancellationToken cancellation)
        => await database.WriteAsync(
            Seed,
            all => all.With(mapping.Value)
                .With([.. first.Keys])
                .With([.. first.Values.Select(one => one.Next)])
                .With([.. first.Values.Select(one => new ReadOnlyMemory<byte>(CheckpointJson.Write(one)))]),
            cancellation);

    public async ValueTask<ShardLease> TakeAsync(ShardKey shard, string owner, CancellationToken cancellation)
    {
        var lease = await database.WriteAsync(
            Take,
            all => all.With(shard.Mapping.Value).With(shard.Shard).With(owner),
            row => new ShardLease(
                shard, row.GetInt64(0), row.IsDBNull(1) ? null : CheckpointJson.Read(row.GetFieldValue<byte[]>(1), shard.ToString())),
            cancellation);
        return lease ?? throw new StoreException($"{database.Target} did not say which epoch {shard} has");
    }

    public ValueTask<IReadOnlyList<LeaseClaim>> ConfirmAsync(IReadOnlyList<LeaseClaim> claims, CancellationToken cancellation)
        => database.ReadAsync(
            Confirm,
            all => all.With([.. claims.Select(one => one.Shard.Mapping.Value)])
                .With([.. claims.Select(one => one.Shard.Shard)])
                .With([.. claims.Select(one => one.Epoch)]),
            async (rows, cancellation) =>
            {
                var lost = new List<LeaseClaim>();
                while (await rows.ReadAsync(cancellation))
                {
                    lost.Add(new LeaseClaim(new ShardKey(new MappingId(rows.GetGuid(0)), rows.GetString(1)), rows.GetInt64(2)));
                }

                return (IReadOnlyList<LeaseClaim>)lost;
            },
            cancellation);

    public async ValueTask<CheckpointWrite> SaveAsync(
        ShardKey shard, long epoch, Checkpoint checkpoint, CancellationToken cancellation)
    {
        var job = new CheckpointSave(shard, epoch, checkpoint.Next, CheckpointJson.Write(checkpoint), cancellation);
        await saves.AddAsync(job, cancellation);
        return await job.Done;
    }

    public ValueTask<IReadOnlyDictionary<string, Checkpoint>> ListAsync(MappingId mapping, CancellationToken cancellation)
        => database.ReadAsync(
            List,
            all => all.With(mapping.Value),
            async (rows, cancellation) =>
            {
                var found = new Dictionary<string, Checkpoint>();
                while (await rows.ReadAsync(cancellation))
                {
                    var shard = rows.GetString(0);
                    found[shard] = CheckpointJson.Read(rows.GetFieldValue<byte[]>(1), new ShardKey(mapping, shard).ToString());
                }

                return (IReadOnlyDictionary<string, Checkpoint>)found;
            },
            cancellation);

    public async ValueTask DeleteAsync(MappingId mapping, CancellationToken cancellation)
        => await database.WriteAsync(Delete, all => all.With(mapping.Value), cancellation);
}
