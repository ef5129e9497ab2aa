using System.Diagnostics;
using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Pipeline.Shards;

namespace Dispatcher.Grains.Shards.Sessions;

/// <summary>Keeps a shard's checkpoint where it belongs, the store or the broker, under the epoch of the shard's lease.</summary>
internal sealed class CheckpointKeeper(OpenShard shard, ShardParts parts)
{
    private Checkpoint _kept = shard.Start;

    /// <summary>
    /// Saves what the source does not remember by itself in the store, and tells the source. That the source does
    /// not hear of it is no harm: it is told again with the next one.
    /// </summary>
    /// <param name="checkpoint">What is done.</param>
    /// <param name="after">The spans of the batches that ended since the last one.</param>
    /// <param name="cancellation">Stops the save; whether it was done is not known then.</param>
    public async ValueTask<CheckpointWrite> SaveAsync(Checkpoint checkpoint, IReadOnlyList<ActivityContext> after, CancellationToken cancellation)
    {
        using var span = parts.Instruments.Span("checkpoint", ActivityKind.Internal, after);
        span?.SetTag("dispatcher.shard", shard.Lease.Claim.Shard.ToString());
        if (shard.Traits.BrokerKeepsPosition)
        {
            return await KeepAsync(checkpoint, cancellation);
        }

        var write = await StoreAsync(checkpoint, cancellation);
        if (write == CheckpointWrite.Saved)
        {
            await shard.Reader.CommitAsync(checkpoint, cancellation);
        }

        return write;
    }

    /// <summary>
    /// Where the broker keeps the positions: the open windows, whose states are all that is left of messages which the broker
    /// forgets, and the batches in trouble. Those that are settled are forgotten only when the broker has heard of it: a message
    /// that comes again until then is known.
    /// </summary>
    private async ValueTask<CheckpointWrite> KeepAsync(Checkpoint checkpoint, CancellationToken cancellation)
    {
        var settled = TroubleMemory.Settled(_kept.Troubled, checkpoint.Troubled);
        var write = await KeepAsync(checkpoint, [.. checkpoint.Troubled, .. settled], cancellation);
        if (write != CheckpointWrite.Saved)
        {
            return write;
        }

        await shard.Reader.CommitAsync(checkpoint, cancellation);
        return settled.Count == 0 ? write : await KeepAsync(checkpoint, checkpoint.Troubled, cancellation);
    }

    private async ValueTask<CheckpointWrite> KeepAsync(Checkpoint checkpoint, IReadOnlyList<TroubledBatch> troubled, CancellationToken cancellation)
    {
        var windows = checkpoint.Windows.Count + _kept.Windows.Count > 0 && !ReferenceEquals(checkpoint.Windows, _kept.Windows);
        if (!windows && TroubleMemory.Same(_kept.Troubled, troubled))
        {
            return CheckpointWrite.Saved;
        }

        var kept = new Checkpoint(_kept.Next) { Windows = checkpoint.Windows, Troubled = troubled };
        var write = await StoreAsync(kept, cancellation);
        _kept = write == CheckpointWrite.Saved ? kept : _kept;
        return write;
    }

    private async ValueTask<CheckpointWrite> StoreAsync(Checkpoint checkpoint, CancellationToken cancellation)
    {
        var at = parts.Time.GetTimestamp();
        var write = await parts.Store.Checkpoints.SaveAsync(shard.Lease.Claim.Shard, shard.Lease.Claim.Epoch, checkpoint, cancellation);
        if (write != CheckpointWrite.Saved)
        {
            return CheckpointWrite.Fenced;
        }

        shard.Lease.Confirm(at);
        return write;
    }
}
