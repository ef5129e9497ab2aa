using Dispatcher.Contracts.Records;

namespace Dispatcher.Contracts.Store;

/// <summary>
/// Append-only logs of records: one log is one shard of one embedded stream, named <c>stream-id/shardId-…</c>. Positions of
/// a log are gapless and rise in the order in which appends become visible.
/// </summary>
public interface IRecordLogStore
{
    /// <summary>Creates a log whose first record gets position <paramref name="first"/>; one that exists is left as it is.</summary>
    ValueTask CreateAsync(string log, long first, CancellationToken cancellation);

    /// <summary>
    /// Appends records in order, all or none, and returns the position of the first one when they are durable; null where the
    /// log is sealed or missing.
    /// </summary>
    ValueTask<long?> AppendAsync(string log, IReadOnlyList<LogAppend> records, CancellationToken cancellation);

    /// <summary>
    /// Adds records from <paramref name="from"/> on to a page, at most so many and so many bytes (but at least one where there is
    /// one), and sets EndPosition and NextPosition. Positions that were trimmed are skipped. Sets EndOfShard where the log is
    /// sealed and read up. False where there is no such log (the page is untouched then).
    /// </summary>
    ValueTask<bool> ReadAsync(string log, long from, int records, int bytes, RecordPage into, CancellationToken cancellation);

    /// <summary>What the log holds; null where there is no such log.</summary>
    ValueTask<LogBounds?> BoundsAsync(string log, CancellationToken cancellation);

    /// <summary>The position of the first record that arrived at or after a time; the next one where all are older; 0 without such a log.</summary>
    ValueTask<long> FindAsync(string log, long timestampMs, CancellationToken cancellation);

    /// <summary>Completes when the log has a record at or above <paramref name="from"/>, is sealed or is gone.</summary>
    ValueTask WaitAsync(string log, long from, CancellationToken cancellation);

    /// <summary>Takes no more records. Returns the bounds then.</summary>
    ValueTask<LogBounds?> SealAsync(string log, CancellationToken cancellation);

    /// <summary>Removes records that arrived before a time; returns how many.</summary>
    ValueTask<long> TrimAsync(string log, long beforeMs, CancellationToken cancellation);

    /// <summary>Removes a log with all its records.</summary>
    ValueTask DeleteAsync(string log, CancellationToken cancellation);
}
