using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Sources;
using Dispatcher.Pipeline.Payloads;
using Dispatcher.Pipeline.Shards;

namespace Dispatcher.Pipeline.Destinations;

/// <summary>What an on-failure record says of a batch that was given up, beside its records.</summary>
/// <param name="Config">The mapping.</param>
/// <param name="Kind">The kind of its source.</param>
/// <param name="Shape">The event's shape, for records that carry the event.</param>
/// <param name="Shard">The shard's name.</param>
/// <param name="Reason">Why it was given up.</param>
internal sealed record FailedBatch(MappingConfig Config, SourceKind Kind, IPayloadShape Shape, string Shard, GiveUpReason Reason)
{
    /// <summary>Kafka's brokers as events show them; empty for other sources.</summary>
    public string BootstrapServers { get; init; } = "";

    /// <summary>The last invocation; a made-up id where there was none.</summary>
    public required Guid RequestId { get; init; }

    /// <summary>Invocations that failed, throttled ones not among them.</summary>
    public int Invocations { get; init; }

    /// <summary>How the last invocation failed; null where there was none.</summary>
    public BatchFailure? LastFailure { get; init; }

    /// <summary>Milliseconds since 1970 of the handing over.</summary>
    public required long NowMs { get; init; }

    /// <summary>
    /// Whether the source keeps its records when they are passed. Where it does not (queues), the on-failure record is the only
    /// place where they are left and has to carry them.
    /// </summary>
    public bool SourceKeepsRecords => Kind is SourceKind.Stream or SourceKind.Kafka;
}
