namespace Dispatcher.Contracts.Mappings;

/// <summary>
/// An event source mapping as its owner configured it; the document behind GetEventSourceMapping. Every number already
/// has its default, so no reader has to know one. Ranges are those of the API model.
/// </summary>
public sealed record MappingConfig
{
    /// <summary>The mapping's UUID in AWS's text form.</summary>
    public required string Uuid { get; set; }

    /// <summary>The function's ARN as the response shows it, with the qualifier where one was given.</summary>
    public required string FunctionArn { get; set; }

    /// <summary>The source's ARN; null for a self-managed Kafka cluster.</summary>
    public string? EventSourceArn { get; set; }

    /// <summary>Bootstrap servers (<c>host:port</c>) of a self-managed Kafka cluster; null for sources with an ARN.</summary>
    public IReadOnlyList<string>? KafkaBootstrapServers { get; set; }

    /// <summary>The Kafka topic (exactly one); null for other sources.</summary>
    public IReadOnlyList<string>? Topics { get; set; }

    /// <summary>The RabbitMQ queue (exactly one); null for other sources.</summary>
    public IReadOnlyList<string>? Queues { get; set; }

    /// <summary>Kafka consumer group; set for every Kafka mapping (the UUID by default).</summary>
    public string? ConsumerGroupId { get; set; }

    /// <summary>Secrets, virtual host and the like.</summary>
    public IReadOnlyList<SourceAccess> SourceAccess { get; set; } = [];

    /// <summary>Whether the owner wants it to poll.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Records of one batch, 1..10000.</summary>
    public int BatchSize { get; set; } = 100;

    /// <summary>Milliseconds a batch may wait to fill: 0..300000; 500 by default for Kafka and RabbitMQ.</summary>
    public int BatchingWindowMs { get; set; }

    /// <summary>True once the owner set a window himself (AWS then shows it; the 500 ms default shows as absent).</summary>
    public bool BatchingWindowSet { get; set; }

    /// <summary>Lanes of one shard.</summary>
    public int ParallelizationFactor { get; set; } = 1;

    /// <summary><c>TRIM_HORIZON</c>, <c>LATEST</c>, <c>AT_TIMESTAMP</c>; null for queues.</summary>
    public string? StartingPosition { get; set; }

    /// <summary>Milliseconds since 1970 for AT_TIMESTAMP.</summary>
    public long? StartingPositionTimestampMs { get; set; }

    /// <summary>Failed invocations after which a batch is given up: -1 never, else 0..10000.</summary>
    public int MaximumRetryAttempts { get; set; } = -1;

    /// <summary>Seconds after which a record is given up: -1 never, else 60..604800.</summary>
    public int MaximumRecordAgeSeconds { get; set; } = -1;

    /// <summary>Whether a failing batch is halved.</summary>
    public bool BisectBatchOnFunctionError { get; set; }

    /// <summary>Whether the function's answer may name failed records (FunctionResponseTypes).</summary>
    public bool ReportBatchItemFailures { get; set; }

    /// <summary>Seconds of a tumbling window, 0..900; 0 is none.</summary>
    public int TumblingWindowSeconds { get; set; }

    /// <summary>ScalingConfig.MaximumConcurrency: 2..1000; null without.</summary>
    public int? MaximumConcurrency { get; set; }

    /// <summary>ProvisionedPollerConfig; null without.</summary>
    public ProvisionedPollers? ProvisionedPollers { get; set; }

    /// <summary>Filter patterns (JSON texts), at most 10; empty lets everything pass.</summary>
    public IReadOnlyList<string> FilterPatterns { get; set; } = [];

    /// <summary>DestinationConfig.OnFailure.Destination; null without.</summary>
    public string? OnFailureDestination { get; set; }

    /// <summary>MetricsConfig.Metrics; null without.</summary>
    public IReadOnlyList<string>? Metrics { get; set; }

    /// <summary>LoggingConfig.SystemLogLevel; null without.</summary>
    public string? SystemLogLevel { get; set; }

    /// <summary>KMSKeyArn; kept and returned.</summary>
    public string? KmsKeyArn { get; set; }

    /// <summary>The mapping's tags.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; set; } = new Dictionary<string, string>();

    /// <summary>Milliseconds since 1970 of the last change by the owner.</summary>
    public long LastModifiedMs { get; set; }

    /// <summary>The state; moved by the mapping's grain, set to a moving one (…ing) by the API.</summary>
    public MappingState State { get; set; } = MappingState.Creating;

    /// <summary>StateTransitionReason in AWS's words.</summary>
    public string StateReason { get; set; } = "User action";

    /// <summary>LastProcessingResult in AWS's words; null where AWS shows none.</summary>
    public string? LastProcessingResult { get; set; }

    /// <summary>True once the shards of the first discovery have their starting positions in the store.</summary>
    public bool Seeded { get; set; }
}
