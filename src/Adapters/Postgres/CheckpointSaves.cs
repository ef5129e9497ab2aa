using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Names;
using Npgsql;

namespace Dispatcher.Adapters.Postgres;

/// <summary>
/// Saves many checkpoints in one round trip: locks their rows in one order, so that two processes do not wait for each other,
/// then saves each whose epoch is the newest, in one statement. One at a time, its lists are used again.
/// </summary>
internal sealed class CheckpointSaves
{
    private const string Lock = """
        SELECT 1 FROM dispatcher.checkpoints c JOIN unnest($1, $2) AS g(mapping, shard) ON c.mapping = g.mapping AND c.shard = g.shard
        ORDER BY c.mapping, c.shard FOR UPDATE OF c
        """;

    // Returns the refused ones only.
    private const string Save = """
        WITH given AS (
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6) AS g(mapping, shard, n, epoch, next, body)
        ), saved AS (
            UPDATE dispatcher.checkpoints c SET next = g.next, body = g.body FROM given g
            WHERE c.mapping = g.mapping AND c.shard = g.shard AND c.epoch = g.epoch AND (c.next IS NULL OR c.next <= g.next)
            RETURNING g.n
        )
        SELECT g.n, coalesce(c.epoch, 0), coalesce(c.next, 0)
        FROM given g LEFT JOIN dispatcher.checkpoints c ON c.mapping = g.mapping AND c.shard = g.shard
        WHERE NOT EXISTS (SELECT FROM saved s WHERE s.n = g.n)
        """;

    private readonly HashSet<ShardKey> _seen = [];

    /// <summary>Runs it; notes the results.</summary>
    public async Task RunAsync(NpgsqlConnection connection, IReadOnlyList<CheckpointSave> jobs)
    {
        await using var batch = new NpgsqlBatch(connection);
        AddLock(batch, jobs);

        // One statement sees a row once: further saves of the same shard are statements of their own.
        for (IReadOnlyList<int> left = [.. Enumerable.Range(0, jobs.Count)]; left.Count > 0;)
        {
            left = AddSave(batch, jobs, left);
        }

        await using var rows = await batch.ExecuteReaderAsync(CancellationToken.None);
        foreach (var job in jobs)
        {
            job.Note(CheckpointWrite.Saved);
        }

        while (await rows.NextResultAsync(CancellationToken.None))
        {
            while (await rows.ReadAsync(CancellationToken.None))
            {
                Refuse(jobs[rows.GetInt32(0)], rows.GetInt64(1), rows.GetInt64(2));
            }
        }
    }

    private static void AddLock(NpgsqlBatch batch, IReadOnlyList<CheckpointSave> jobs)
    {
        var (mappings, shards) = (new List<Guid>(jobs.Count), new List<string>(jobs.Count));
        foreach (var job in jobs)
        {
            mappings.Add(job.Shard.Mapping.Value);
            shards.Add(job.Shard.Shard);
        }

        var command = new NpgsqlBatchCommand(Lock);
        command.Parameters.With(mappings).With(shards);
        batch.BatchCommands.Add(command);
    }

    private static void Refuse(CheckpointSave job, long epoch, long next)
    {
        if (epoch == job.Epoch)
        {
            job.Refuse(new InvalidOperationException($"the checkpoint of {job.Shard} would move back from {next} to {job.Next}"));
        }
        else
        {
            job.Note(CheckpointWrite.Fenced);
        }
    }

    /// <summary>Adds the first save of each shard; returns the rest.</summary>
    private List<int> AddSave(NpgsqlBatch batch, IReadOnlyList<CheckpointSave> jobs, IReadOnlyList<int> which)
    {
        _seen.Clear();
        var (mappings, shards, numbers) = (new List<Guid>(), new List<string>(), new List<int>());
        var (epochs, nexts, bodies) = (new List<long>(), new List<long>(), new List<ReadOnlyMemory<byte>>());
        List<int> rest = [];
        foreach (var n in which)
        {
            var job = jobs[n];
            if (!_seen.Add(job.Shard))
            {
                rest.Add(n);
                continue;
            }

            mappings.Add(job.Shard.Mapping.Value);
            shards.Add(job.Shard.Shard);
            numbers.Add(n);
            epochs.Add(job.Epoch);
            nexts.Add(job.Next);
            bodies.Add(job.Body);
        }

        var command = new NpgsqlBatchCommand(Save);
        command.Parameters.With(mappings).With(shards).With(numbers).With(epochs).With(nexts).With(bodies);
        batch.BatchCommands.Add(command);
        return rest;
    }
}
