namespace Dispatcher.Contracts.Sources;

/// <summary>Kinds of sources: each has its own payload shape.</summary>
public enum SourceKind
{
    /// <summary>An embedded stream (<c>aws:kinesis</c>).</summary>
    Stream,

    /// <summary>An embedded queue (<c>aws:sqs</c>).</summary>
    Queue,

    /// <summary>Kafka (<c>aws:kafka</c>, <c>SelfManagedKafka</c>).</summary>
    Kafka,

    /// <summary>RabbitMQ (<c>aws:rmq</c>).</summary>
    RabbitMq,
}
