namespace Dispatcher.Contracts.Records;

/// <summary>What a record's bytes alone cannot say.</summary>
[Flags]
public enum RecordFlags
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary>The key is null, not empty (Kafka); such a record is bound to no lane.</summary>
    NullKey = 1,

    /// <summary>The data is null, not empty (a Kafka tombstone).</summary>
    NullData = 2,

    /// <summary>The timestamp was given by the broker (Kafka LOG_APPEND_TIME), not by the producer.</summary>
    LogAppendTime = 4,

    /// <summary>The broker delivered this message before (AMQP redelivered).</summary>
    Redelivered = 8,

    /// <summary>The record carries no timestamp of its own (Kafka NOT_AVAILABLE, AMQP without timestamp).</summary>
    NoTimestamp = 16,
}
