namespace Dispatcher.Contracts;

// Limits of Kafka.
public static partial class Limits
{
    /// <summary>MaximumPollers of one mapping (Lambda documentation: 2,000; the API model says 10,000).</summary>
    public const int Pollers = 2_000;

    /// <summary>MaximumPollers where only the minimum is given (Lambda: 200).</summary>
    public const int DefaultPollers = 200;

    /// <summary>Characters in the name of a Kafka topic (Kafka and the Lambda API model: 249).</summary>
    public const int KafkaTopicLength = 249;

    /// <summary>Records that one Kafka partition holds for its shard before it is paused: one read of a shard.</summary>
    public const int KafkaPartitionBufferRecords = ReadRecords;

    /// <summary>Bytes that one Kafka partition holds for its shard before it is paused; a shard holds the bulk itself.</summary>
    public const int KafkaPartitionBufferBytes = 4 * 1024 * 1024;

    /// <summary>Bytes that the Kafka client of one mapping reads ahead over all partitions.</summary>
    public const int KafkaPrefetchBytes = 16 * 1024 * 1024;

    /// <summary>
    /// Bytes that each client reads ahead where a mapping has ProvisionedPollerConfig: there may be one for every partition.
    /// </summary>
    public const int KafkaPollerPrefetchBytes = 4 * 1024 * 1024;

    /// <summary>
    /// Records that wait in a Kafka partition above which it counts as behind, so that it gets a poller of its own where
    /// MaximumPollers allows: what one poll brings at most.
    /// </summary>
    public const int KafkaPollerLag = 1_000;

    /// <summary>Bytes of one answer of a Kafka broker to one mapping; a single larger record still comes through.</summary>
    public const int KafkaFetchBytes = 8 * 1024 * 1024;

    /// <summary>Bytes of one partition in an answer of a Kafka broker (Kafka's own default).</summary>
    public const int KafkaPartitionFetchBytes = 1024 * 1024;

    /// <summary>Milliseconds that a Kafka cluster may take for one answer (metadata, offsets, a commit).</summary>
    public const int KafkaRequestMs = 6_000;

    /// <summary>Milliseconds in which a message for an on-failure topic is to be confirmed; later it counts as failed and is sent again.</summary>
    public const int KafkaDeliveryMs = 20_000;

    /// <summary>Bytes of a message for an on-failure topic before compression: a whole payload in base64 and what stands around it.</summary>
    public const int KafkaDeliveryBytes = 2 * BatchPayloadBytes;
}
