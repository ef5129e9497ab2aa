using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Names;

namespace Dispatcher.Adapters.Postgres;

/// <summary>One checkpoint to save.</summary>
internal sealed class CheckpointSave(ShardKey shard, long epoch, long next, byte[] body, CancellationToken cancellation)
    : GroupJob<CheckpointWrite>(body.Length, cancellation)
{
    /// <summary>Whose it is.</summary>
    public ShardKey Shard { get; } = shard;

    /// <summary>The epoch of the writer's lease.</summary>
    public long Epoch { get; } = epoch;

    /// <summary>The first gap.</summary>
    public long Next { get; } = next;

    /// <summary>The checkpoint as JSON.</summary>
    public ReadOnlyMemory<byte> Body { get; } = body;
}
