using Dispatcher.Contracts.Mappings;

namespace Dispatcher.Contracts.Grains;

/// <summary>What a mapping does now.</summary>
/// <param name="Mapping">Its UUID.</param>
/// <param name="State">Its state in AWS's words.</param>
/// <param name="Shards">Its shards.</param>
public sealed record MappingStatus(string Mapping, string State, IReadOnlyList<ShardStatus> Shards)
{
    /// <summary>StateTransitionReason in AWS's words.</summary>
    public string? StateReason { get; init; }

    /// <summary>LastProcessingResult in AWS's words.</summary>
    public string? LastProcessingResult { get; init; }

    /// <summary>The function's ARN.</summary>
    public string? FunctionArn { get; init; }

    /// <summary>The source's ARN; the bootstrap servers of a self-managed Kafka cluster.</summary>
    public string? Source { get; init; }

    /// <summary>The topic or queue; null for sources whose ARN says it.</summary>
    public string? Name { get; init; }

    /// <summary>The on-failure destination; null without.</summary>
    public string? Destination { get; init; }

    /// <summary>ScalingConfig.MaximumConcurrency; null without.</summary>
    public int? MaximumConcurrency { get; init; }

    /// <summary>Pollers that read its shards now; null where the mapping does not say how many there are.</summary>
    public int? Pollers { get; init; }

    /// <summary>ProvisionedPollerConfig; null without.</summary>
    public ProvisionedPollers? ProvisionedPollers { get; init; }

    /// <summary>The ledgers of all shards together.</summary>
    public ShardLedger Ledger { get; init; } = ShardLedger.Empty;
}
