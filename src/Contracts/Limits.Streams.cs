namespace Dispatcher.Contracts;

// Limits of embedded streams.
public static partial class Limits
{
    /// <summary>Bytes of one stream record, data and partition key (Kinesis quota: 1 MiB, up to 10 MiB by setting).</summary>
    public const int StreamRecordBytes = 1024 * 1024;

    /// <summary>Records in one PutRecords call (Kinesis API model: 500).</summary>
    public const int PutRecordsCount = 500;

    /// <summary>Bytes in one PutRecords call (Kinesis quota: 10 MiB; the API took 5 MiB before 2025).</summary>
    public const int PutRecordsBytes = 10 * 1024 * 1024;

    /// <summary>Characters of a partition key (Kinesis API model: 1..256).</summary>
    public const int PartitionKeyChars = 256;

    /// <summary>Shards of one stream, closed ones included: its document is read and written as a whole.</summary>
    public const int StreamShards = 10_000;

    /// <summary>Open shards of all streams together, as DescribeLimits tells it (Kinesis quota: 20,000 in large regions).</summary>
    public const int AccountShards = 20_000;

    /// <summary>Streams in ON_DEMAND mode, as DescribeLimits tells it (Kinesis quota: 50).</summary>
    public const int OnDemandStreams = 50;

    /// <summary>Tags of one stream (Kinesis quota: 50).</summary>
    public const int StreamTags = 50;

    /// <summary>Hours that a stream keeps records at least (Kinesis quota: 24).</summary>
    public const int RetentionHoursMinimum = 24;

    /// <summary>Hours that a stream keeps records at most (Kinesis quota: 8,760, one year).</summary>
    public const int RetentionHoursMaximum = 8_760;

    /// <summary>Milliseconds that a shard iterator can be used (Kinesis: five minutes).</summary>
    public const int ShardIteratorMs = 300_000;

    /// <summary>Bytes of a request body of the stream API: a full PutRecords in base64 with its JSON around it.</summary>
    public const int StreamRequestBytes = 16 * 1024 * 1024;
}
