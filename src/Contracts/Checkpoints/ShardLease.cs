using Dispatcher.Contracts.Names;

namespace Dispatcher.Contracts.Checkpoints;

/// <summary>Ownership of a shard: the epoch that every checkpoint write names.</summary>
/// <param name="Shard">The shard.</param>
/// <param name="Epoch">Rises by one with every taking; an older one is refused.</param>
/// <param name="Checkpoint">What was done when the lease was taken; null where nothing was ever saved.</param>
public sealed record ShardLease(ShardKey Shard, long Epoch, Checkpoint? Checkpoint);
