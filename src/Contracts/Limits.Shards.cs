namespace Dispatcher.Contracts;

// Limits of mappings: batches, lanes, retries and checkpoints.
public static partial class Limits
{
    /// <summary>Bytes of one encoded batch; a batch closes before it would pass this (Lambda: 6 MB, metadata counts).</summary>
    public const int BatchPayloadBytes = SyncPayloadBytes;

    /// <summary>Records in one batch (Lambda API model: BatchSize 1..10000).</summary>
    public const int BatchSize = 10_000;

    /// <summary>Seconds that a batch may wait to fill (Lambda API model: 0..300).</summary>
    public const int BatchingWindowSeconds = 300;

    /// <summary>Lanes of one shard that AWS accepts (Lambda API model: ParallelizationFactor 1..10).</summary>
    public const int ParallelizationFactorAws = 10;

    /// <summary>Lanes of one shard that the configuration may allow at most: more buffers than this helps no source.</summary>
    public const int ParallelizationFactor = 1_000;

    /// <summary>Bytes of records that one shard holds in memory before it stops reading: a full batch and the next one.</summary>
    public const int ShardBufferBytes = 4 * BatchPayloadBytes;

    /// <summary>Records that one shard holds in memory beyond those of a full set of batches before it stops reading.</summary>
    public const int ShardBufferRecords = 2 * BatchSize;

    /// <summary>Milliseconds before a shard's read or save that failed once is tried again: a passing fault is over by then.</summary>
    public const int ShardFirstRetryMs = 250;

    /// <summary>Milliseconds before it is tried again at most: a source that is back is read again within this time.</summary>
    public const int ShardLongestRetryMs = 15_000;

    /// <summary>Milliseconds between two results that a shard tells its mapping, which stores each of them.</summary>
    public const int ShardReportMs = 1_000;

    /// <summary>Milliseconds that a shard sleeps at most without an event: to look once a minute costs nothing.</summary>
    public const int ShardTimerMs = 60_000;

    /// <summary>Milliseconds before a mapping or a shard that broke once begins again: a passing fault is over by then.</summary>
    public const int FirstRestartMs = 500;

    /// <summary>Milliseconds before it begins again at most: what was repaired works again within this time.</summary>
    public const int LongestRestartMs = 30_000;

    /// <summary>Milliseconds before a batch that failed once is tried again; see <c>RetryPlan</c>.</summary>
    public const int BatchFirstRetryMs = 250;

    /// <summary>Milliseconds before a batch is tried again at most after an error of its function: one that was mended is called within a minute.</summary>
    public const int BatchLongestRetryMs = 60_000;

    /// <summary>The same after a throttle: capacity comes back by itself, and a try costs little.</summary>
    public const int BatchLongestThrottleMs = 5_000;

    /// <summary>Characters of a function's error that logs, status and a mapping's last result show.</summary>
    public const int ErrorTextChars = 1_000;

    /// <summary>Milliseconds that a source may take to say how far behind a mapping is: somebody looks at a page and waits.</summary>
    public const int LagAnswerMs = 10_000;

    /// <summary>Finished ranges above the first gap that a checkpoint keeps; more of them stop reading until the gap closes.</summary>
    public const int CheckpointRanges = 4_096;

    /// <summary>
    /// Records between the first gap and the newest that a shard remembers (40 bytes each); more of them stop reading until the
    /// gap closes.
    /// </summary>
    public const int ShardWindowRecords = 1 << 20;

    /// <summary>
    /// Records of one shard that are done and in no saved checkpoint yet before it begins no more batches: a sudden end repeats
    /// them. Saves follow each other without a pause, so that what counts is what is done during two of them: with four of the
    /// largest batches a disk that needs 5 ms for a save still lets four million records pass in a second.
    /// </summary>
    public const int UnsavedRecords = 4 * BatchSize;

    /// <summary>Bytes of a tumbling window's state (Lambda: 1 MB per shard); a larger one ends the window early.</summary>
    public const int WindowStateBytes = 1024 * 1024;

    /// <summary>Records returned by one read of a shard (Kinesis GetRecords: 10,000).</summary>
    public const int ReadRecords = 10_000;

    /// <summary>Bytes returned by one read of a shard (Kinesis GetRecords: 10 MB).</summary>
    public const int ReadBytes = 10 * 1024 * 1024;

    /// <summary>Characters of an error's text that a checkpoint keeps: it is written with every failure of every lane.</summary>
    public const int CheckpointErrorChars = 200;

    /// <summary>
    /// Records of one batch in trouble that a checkpoint keeps by their fingerprints, where the source has no lasting positions.
    /// Such a checkpoint is written with every failure: a larger batch is forgotten by a restart.
    /// </summary>
    public const int RememberedBatchRecords = 1_000;

    /// <summary>The same for all batches of a shard: 200 KB of a checkpoint.</summary>
    public const int RememberedRecords = 10_000;

    /// <summary>
    /// Milliseconds that a batch of an earlier life waits for the rest of its records once the first of them came again: they
    /// were received together and come back together, unless somebody else has them.
    /// </summary>
    public const int RecallWaitMs = 10_000;

    /// <summary>
    /// Milliseconds after which records of an earlier life are no longer expected: the longest visibility timeout of a queue
    /// (SQS: 12 hours).
    /// </summary>
    public const int RecallMs = 12 * 60 * 60 * 1_000;
}
