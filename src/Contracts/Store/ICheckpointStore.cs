using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Names;

namespace Dispatcher.Contracts.Store;

/// <summary>Leases and checkpoints. The epoch fences: two owners of a shard can repeat work, never lose it.</summary>
public interface ICheckpointStore
{
    /// <summary>Writes first checkpoints of shards, in one transaction; shards that have one already keep theirs.</summary>
    ValueTask SeedAsync(MappingId mapping, IReadOnlyDictionary<string, Checkpoint> first, CancellationToken cancellation);

    /// <summary>Takes a shard: raises its epoch by one (1 at the first time) and returns what was done.</summary>
    ValueTask<ShardLease> TakeAsync(ShardKey shard, string owner, CancellationToken cancellation);

    /// <summary>
    /// Looks at many leases at once and returns those whose epoch is not the newest any more, or whose shard is gone. All others
    /// are still their owners'.
    /// </summary>
    ValueTask<IReadOnlyList<LeaseClaim>> ConfirmAsync(IReadOnlyList<LeaseClaim> claims, CancellationToken cancellation);

    /// <summary>
    /// Saves a checkpoint if the epoch is still the newest, in one statement. A checkpoint whose Next is below the stored
    /// one is a bug and throws.
    /// </summary>
    ValueTask<CheckpointWrite> SaveAsync(ShardKey shard, long epoch, Checkpoint checkpoint, CancellationToken cancellation);

    /// <summary>The checkpoints of a mapping's shards; shards that were taken but never saved are left out.</summary>
    ValueTask<IReadOnlyDictionary<string, Checkpoint>> ListAsync(MappingId mapping, CancellationToken cancellation);

    /// <summary>Forgets all shards of a mapping; later saves of them are fenced.</summary>
    ValueTask DeleteAsync(MappingId mapping, CancellationToken cancellation);
}
