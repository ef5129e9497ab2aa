namespace Dispatcher.Contracts.Grains;

/// <summary>What a mapping does now.</summary>
/// <param name="Mapping">Its UUID.</param>
/// <param name="State">Its state in AWS's words.</param>
/// <param name="Shards">Its shards.</param>
public sealed record MappingStatus(string Mapping, string State, IReadOnlyList<ShardStatus> Shards);
