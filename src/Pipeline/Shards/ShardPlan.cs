using Dispatcher.Contracts;
using Dispatcher.Pipeline.Payloads;
using Dispatcher.Pipeline.Retries;

namespace Dispatcher.Pipeline.Shards;

/// <summary>A mapping's options as one shard uses them; immutable, replaced as a whole when the mapping changes.</summary>
internal sealed record ShardPlan
{
    /// <summary>The event's shape.</summary>
    public required IPayloadShape Shape { get; init; }

    /// <summary>Records of one batch.</summary>
    public int BatchSize { get; init; } = 100;

    /// <summary>Milliseconds a batch waits to fill.</summary>
    public long WindowMs { get; init; }

    /// <summary>Milliseconds of a tumbling window; 0 for none.</summary>
    public long TumblingMs { get; init; }

    /// <summary>Sequences that run side by side.</summary>
    public int Lanes { get; init; } = 1;

    /// <summary>Whether a key binds a record to a lane.</summary>
    public bool Ordered { get; init; } = true;

    /// <summary>Which records the function sees; null: all.</summary>
    public IRecordFilter? Filter { get; init; }

    /// <summary>Retries and giving up.</summary>
    public RetryPlan Retry { get; init; } = new();

    /// <summary>Bytes of one payload.</summary>
    public int PayloadBytes { get; init; } = Limits.BatchPayloadBytes;

    /// <summary>
    /// True: records whose invocation failed are given back to the source, which brings them again (or takes them for dead)
    /// by its own rules; nothing is tried again here but what did not run. Bisect still halves first.
    /// </summary>
    public bool ReturnsFailed { get; init; }

    /// <summary>
    /// True: records get new positions in every life, so that checkpoints keep batches in trouble by the fingerprints of their
    /// records.
    /// </summary>
    public bool Remembers { get; init; }

    /// <summary>Records in memory that are wanted at most, because nobody else gets them meanwhile; null: as many as are good.</summary>
    public int? MaximumPending { get; init; }

    /// <summary>Records in memory above which the shard is not read on: two batches of every lane, and some at least.</summary>
    public int PendingRecords => MaximumPending
        ?? Math.Max(Limits.ShardBufferRecords, (int)Math.Min(2L * BatchSize * Lanes, 20L * Limits.ShardBufferRecords));

    /// <summary>
    /// Room for records below which no read is begun while batches run. Where <see cref="MaximumPending"/> is what can run, any
    /// room is a batch that could run.
    /// </summary>
    public int WorthReading => MaximumPending is null ? Limits.ShardBufferRecords / 8 : 1;
}
