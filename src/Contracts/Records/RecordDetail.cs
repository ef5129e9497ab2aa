using Dispatcher.Contracts.Queues;

namespace Dispatcher.Contracts.Records;

/// <summary>What one kind of source knows of a record beyond key, data and time; null for most records.</summary>
public abstract record RecordDetail
{
    /// <summary>The id by which a function names the message as failed; null where the message has none.</summary>
    public virtual string? MessageId { get; init; }
}

/// <summary>Headers of a Kafka record.</summary>
/// <param name="Headers">In the order of the record; not empty.</param>
public sealed record KafkaDetail(IReadOnlyList<RecordHeader> Headers) : RecordDetail;

/// <summary>The basic properties of an AMQP 0-9-1 message; null where the message does not carry the property.</summary>
public sealed record AmqpDetail : RecordDetail
{
    /// <summary>MIME type.</summary>
    public string? ContentType { get; init; }

    /// <summary>MIME encoding.</summary>
    public string? ContentEncoding { get; init; }

    /// <summary>Header values: string, byte[], bool, integers, double, decimal, DateTimeOffset, nested list or dictionary.</summary>
    public IReadOnlyDictionary<string, object?>? Headers { get; init; }

    /// <summary>1 transient, 2 persistent.</summary>
    public int? DeliveryMode { get; init; }

    /// <summary>0..255.</summary>
    public int? Priority { get; init; }

    /// <summary>Application correlation id.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>Reply queue.</summary>
    public string? ReplyTo { get; init; }

    /// <summary>Time to live in milliseconds, as text.</summary>
    public string? Expiration { get; init; }

    /// <summary>Application message id.</summary>
    public override string? MessageId { get; init; }

    /// <summary>Seconds since 1970, as the producer set it.</summary>
    public long? TimestampSeconds { get; init; }

    /// <summary>Application message type.</summary>
    public string? Type { get; init; }

    /// <summary>User id checked by the broker.</summary>
    public string? UserId { get; init; }

    /// <summary>Application id.</summary>
    public string? AppId { get; init; }

    /// <summary>Cluster id (deprecated in the protocol, still in the payload).</summary>
    public string? ClusterId { get; init; }
}

/// <summary>A message of an embedded queue.</summary>
/// <param name="Received">The message with its attributes.</param>
/// <param name="Handle">The receipt handle as a function sees it.</param>
public sealed record QueueDetail(QueueReceived Received, string Handle) : RecordDetail
{
    /// <summary>The message's id.</summary>
    public override string? MessageId { get; init; } = Received.Message.Id.ToString();
}
