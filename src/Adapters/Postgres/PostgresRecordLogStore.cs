using Dispatcher.Contracts;
using Dispatcher.Contracts.Records;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Adapters.Postgres;

/// <summary>Record logs in one table, ordered by log and position. Appends are grouped.</summary>
internal sealed class PostgresRecordLogStore(
    PostgresDatabase database, GroupWriter<LogAppendJob> appends, LogWatch watch, Notifier notifier) : IRecordLogStore
{
    private const string Create = """
        INSERT INTO dispatcher.logs (name, first, next) VALUES ($1, $2, $2) ON CONFLICT (name) DO NOTHING
        """;

    private const string Bounds = "SELECT first, next, sealed FROM dispatcher.logs WHERE name = $1";
    private const string Seal = "UPDATE dispatcher.logs SET sealed = true WHERE name = $1 RETURNING id, first, next";
    private const string Unname = "UPDATE dispatcher.logs l SET name = NULL WHERE name = $1 RETURNING l.id";

    // A binary search in the server. Positions have no gaps and times do not fall; what was trimmed counts as older.
    private const string Find = """
        WITH RECURSIVE search(id, low, high) AS (
            SELECT id, first, next FROM dispatcher.logs WHERE name = $1
            UNION ALL
            SELECT s.id, CASE WHEN m.older THEN (s.low + s.high) / 2 + 1 ELSE s.low END,
                   CASE WHEN m.older THEN s.high ELSE (s.low + s.high) / 2 END
            FROM search s, LATERAL (
                SELECT (SELECT r.time_ms >= $2 FROM dispatcher.records r WHERE r.log = s.id AND r.position = (s.low + s.high) / 2)
                       IS NOT TRUE AS older) m
            WHERE s.low < s.high
        )
        SELECT id, low FROM search WHERE low = high
        """;

    private const string Trim = """
        WITH kept AS (
            UPDATE dispatcher.logs SET first = least($2, first + $3) WHERE id = $1 AND first < $2 RETURNING id, first
        ), removed AS (
            DELETE FROM dispatcher.records r USING kept k WHERE r.log = k.id AND r.position < k.first RETURNING 1
        )
        SELECT count(*) FROM removed
        """;

    public async ValueTask CreateAsync(string log, long first, CancellationToken cancellation)
        => await database.WriteAsync(Create, all => all.With(log).With(first), cancellation);

    public async ValueTask<long?> AppendAsync(string log, IReadOnlyList<LogAppend> records, CancellationToken cancellation)
    {
        if (records.Count == 0)
        {
            return await BoundsAsync(log, cancellation) is { Sealed: false } bounds ? bounds.Next : null;
        }

        var job = new LogAppendJob(log, records, cancellation);
        await appends.AddAsync(job, cancellation);
        return await job.Done;
    }

    public ValueTask<bool> ReadAsync(
        string log, long from, int records, int bytes, RecordPage into, CancellationToken cancellation)
        => LogRead.RunAsync(database, new LogRead(log, from, records, bytes, into), cancellation);

    public ValueTask<LogBounds?> BoundsAsync(string log, CancellationToken cancellation)
        => database.ReadAsync(
            Bounds,
            all => all.With(log),
            static async (rows, cancellation) => await rows.ReadAsync(cancellation)
                ? new LogBounds(rows.GetInt64(0), rows.GetInt64(1), rows.GetBoolean(2))
                : null,
            cancellation);

    public async ValueTask<long> FindAsync(string log, long timestampMs, CancellationToken cancellation)
        => (await SearchAsync(log, timestampMs, cancellation)).Position;

    public ValueTask WaitAsync(string log, long from, CancellationToken cancellation) => watch.WaitAsync(log, from, cancellation);

    public async ValueTask<LogBounds?> SealAsync(string log, CancellationToken cancellation)
    {
        var (id, bounds) = await database.WriteAsync(
            Seal,
            all => all.With(log),
            row => (row.GetInt64(0), new LogBounds(row.GetInt64(1), row.GetInt64(2), Sealed: true)),
            cancellation);
        if (bounds is not null)
        {
            Tell(new LogNotice(log, new LogState(id, bounds.Next, Sealed: true), Gone: false));
        }

        return bounds;
    }

    public async ValueTask<long> TrimAsync(string log, long beforeMs, CancellationToken cancellation)
    {
        var (id, keep) = await SearchAsync(log, beforeMs, cancellation);
        long removed = 0;
        for (long some = 1; some > 0;)
        {
            some = await database.WriteAsync(
                Trim, all => all.With(id).With(keep).With(Limits.StoreTrimRecords), row => row.GetInt64(0), cancellation);
            removed += some;
        }

        return removed;
    }

    public async ValueTask DeleteAsync(string log, CancellationToken cancellation)
    {
        var id = await database.WriteAsync(Unname, all => all.With(log), row => row.GetInt64(0), cancellation);
        if (id > 0)
        {
            Tell(new LogNotice(log, new LogState(id, 0, Sealed: true), Gone: true));
            await LogRemoval.RemoveAsync(database, id, cancellation);
        }
    }

    /// <summary>The commit of an append is known.</summary>
    internal static void Appended(LogWatch watch, Notifier notifier, string log, LogState state)
    {
        watch.Publish(log, state);
        notifier.Add(new LogNotice(log, state, Gone: false));
    }

    private ValueTask<(long Id, long Position)> SearchAsync(string log, long timestampMs, CancellationToken cancellation)
        => database.ReadAsync(
            Find,
            all => all.With(log).With(timestampMs),
            static async (rows, cancellation) => await rows.ReadAsync(cancellation)
                ? (rows.GetInt64(0), rows.GetInt64(1))
                : (0L, 0L),
            cancellation);

    private void Tell(LogNotice notice)
    {
        if (notice.Gone)
        {
            watch.PublishGone(notice.Name, notice.State.Id);
        }
        else
        {
            watch.Publish(notice.Name, notice.State);
        }

        notifier.Add(notice);
    }
}
