using Dispatcher.Contracts;
using Dispatcher.Contracts.Records;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Adapters.Sqlite;

/// <summary>Record logs in one table, ordered by log and position.</summary>
internal sealed class SqliteRecordLogStore(SqliteStore store, TimeProvider time) : IRecordLogStore
{
    private const string Insert = "INSERT INTO records (log, time_ms, position, key, data) VALUES (?, ?, ?, ?, ?)";
    private const string Create = "INSERT INTO logs (name, first, next, last_ms, sealed) VALUES (?1, ?2, ?2, 0, 0)";
    private const string Unname = "UPDATE logs SET name = NULL, first = ?, next = ? WHERE id = ?";

    public async ValueTask CreateAsync(string log, long first, CancellationToken cancellation)
        => await store.File.Writer.RunAsync(connection =>
        {
            if (store.File.Logs.Get(log) is null)
            {
                using var insert = connection.Use(Create);
                insert.Bind(1, log).Bind(2, first).Run();
                store.File.Logs.Set(log, new LogView(connection.LastId, first, first, 0, Sealed: false));
            }

            return true;
        }, 0, cancellation);

    public async ValueTask<long?> AppendAsync(string log, IReadOnlyList<LogAppend> records, CancellationToken cancellation)
        => await store.File.Writer.RunAsync<long?>(
            connection => store.File.Logs.Get(log) is { Sealed: false } view ? Append(connection, log, view, records) : null,
            Size(records),
            cancellation);

    public ValueTask<bool> ReadAsync(
        string log, long from, int records, int bytes, RecordPage into, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (store.File.Logs.Find(log)?.View is not { } view)
        {
            return new(false);
        }

        into.NextPosition = Math.Max(from, view.First);
        if (into.NextPosition >= view.Next)
        {
            into.EndPosition = view.Next;
            into.EndOfShard = view.Sealed;
            return new(true);
        }

        return store.File.Reads.RunAsync(new LogRead(view, from, records, bytes, into), LogRead.Run, cancellation);
    }

    public ValueTask<LogBounds?> BoundsAsync(string log, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return new(store.File.Logs.Find(log)?.View?.Bounds);
    }

    public ValueTask<long> FindAsync(string log, long timestampMs, CancellationToken cancellation)
        => store.File.Logs.Find(log)?.View is { } view
            ? store.File.Reads.RunAsync((view, timestampMs), LogTimes.Find, cancellation)
            : new(0);

    public async ValueTask WaitAsync(string log, long from, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        while (store.File.Logs.Find(log) is { } entry && entry.MustWait(from, out var change))
        {
            await change.WaitAsync(cancellation);
        }
    }

    public async ValueTask<LogBounds?> SealAsync(string log, CancellationToken cancellation)
        => await store.File.Writer.RunAsync(_ =>
        {
            if (store.File.Logs.Get(log) is not { } view)
            {
                return null;
            }

            store.File.Logs.Set(log, view with { Sealed = true });
            return view.Bounds with { Sealed = true };
        }, 0, cancellation);

    public async ValueTask<long> TrimAsync(string log, long beforeMs, CancellationToken cancellation)
    {
        if (store.File.Logs.Find(log)?.View is not { } view)
        {
            return 0;
        }

        var keep = await store.File.Reads.RunAsync((view, beforeMs), LogTimes.Find, cancellation);
        long removed = 0;
        while (view.First + removed < keep)
        {
            var some = await store.File.Writer.RunAsync(
                connection => Trim(connection, log, view.Id, keep), LogRemoval.StepBytes, cancellation);
            if (some == 0)
            {
                break;
            }

            removed += some;
        }

        return removed;
    }

    public async ValueTask DeleteAsync(string log, CancellationToken cancellation)
    {
        var id = await store.File.Writer.RunAsync(connection => Hide(connection, log), 0, cancellation);
        if (id > 0)
        {
            await store.SweepAsync(id, cancellation);
        }
    }

    private static int Size(IReadOnlyList<LogAppend> records)
    {
        var bytes = 0;
        for (var i = 0; i < records.Count; i++)
        {
            bytes += records[i].Key.Length + records[i].Data.Length;
        }

        return bytes;
    }

    private long Append(Connection connection, string log, LogView view, IReadOnlyList<LogAppend> records)
    {
        var now = Math.Max(view.LastMs, time.GetUtcNow().ToUnixTimeMilliseconds());
        using var insert = connection.Use(Insert);
        insert.Bind(1, view.Id).Bind(2, now);
        for (var i = 0; i < records.Count; i++)
        {
            var record = records[i];
            insert.Bind(3, view.Next + i).Bind(4, record.Key.Span).Bind(5, record.Data.Span);
            insert.Step();
            insert.Again();
        }

        if (records.Count > 0)
        {
            store.File.Logs.Set(log, view with { Next = view.Next + records.Count, LastMs = now });
        }

        return view.Next;
    }

    /// <summary>Removes some records below a position; 0 where there are none, or the log is not the same any more.</summary>
    private int Trim(Connection connection, string log, long id, long keep)
    {
        if (store.File.Logs.Get(log) is not { } view || view.Id != id || view.First >= keep)
        {
            return 0;
        }

        var first = Math.Min(keep, view.First + Limits.StoreTrimRecords);
        LogRemoval.Remove(connection, view.Id, view.First, first);
        store.File.Logs.Set(log, view with { First = first });
        return (int)(first - view.First);
    }

    /// <summary>Takes a log's name away, so that it is gone at once; returns its number, 0 where there is no such log.</summary>
    private long Hide(Connection connection, string log)
    {
        if (store.File.Logs.Get(log) is not { } view)
        {
            return 0;
        }

        using var update = connection.Use(Unname);
        update.Bind(1, view.First).Bind(2, view.Next).Bind(3, view.Id).Run();
        store.File.Logs.Set(log, null);
        return view.Id;
    }
}
