namespace Dispatcher.Contracts.Records;

/// <summary>
/// One record as a shard read it. Key and data live in the memory of the <see cref="RecordPage"/> that brought it and
/// must not be used after the page was disposed.
/// </summary>
/// <param name="Position">
/// Its place in the shard, rising with every record: the position of an embedded stream, a Kafka offset, a running number
/// of one RabbitMQ consumer. Not always gapless.
/// </param>
/// <param name="Key">Partition key (UTF-8), Kafka key, empty for RabbitMQ.</param>
/// <param name="Data">The payload.</param>
/// <param name="TimestampMs">Milliseconds since 1970: arrival (streams) or the record's own time.</param>
/// <param name="Flags">What the bytes cannot say.</param>
/// <param name="Detail">Headers or properties; null where there are none.</param>
public readonly record struct Record(
    long Position,
    ReadOnlyMemory<byte> Key,
    ReadOnlyMemory<byte> Data,
    long TimestampMs,
    RecordFlags Flags = RecordFlags.None,
    RecordDetail? Detail = null);
