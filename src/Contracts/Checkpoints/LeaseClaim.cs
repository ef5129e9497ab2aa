using Dispatcher.Contracts.Names;

namespace Dispatcher.Contracts.Checkpoints;

/// <summary>A shard that somebody takes for his own.</summary>
/// <param name="Shard">The shard.</param>
/// <param name="Epoch">The epoch that he got when he took it.</param>
public readonly record struct LeaseClaim(ShardKey Shard, long Epoch);
