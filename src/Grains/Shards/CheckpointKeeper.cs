using System.Diagnostics;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Sources;
using Dispatcher.Grains.Leases;

namespace Dispatcher.Grains.Shards;

/// <summary>Saves a shard's checkpoints, one at a time, and then tells the source.</summary>
internal sealed class CheckpointKeeper(HeldLease lease, SourceTraits traits, ShardParts parts, IShardReader reader)
{
    private long _passed;
    private long _done;

    /// <summary>True while there is something done that is not saved.</summary>
    public bool Unsaved { get; set; }

    /// <summary>
    /// Saves a checkpoint in the store, if the source does not remember it by itself, and tells the source. That the source does
    /// not hear of it is no harm: it is told again with the next one.
    /// </summary>
    /// <param name="checkpoint">What is done.</param>
    /// <param name="after">The spans of the batches that ended since the last one.</param>
    /// <param name="cancellation">Stops the save; whether it was done is not known then.</param>
    public async ValueTask<CheckpointWrite> SaveAsync(Checkpoint checkpoint, IReadOnlyList<ActivityContext> after, CancellationToken cancellation)
    {
        using var span = parts.Instruments.Span("checkpoint", ActivityKind.Internal, after);
        span?.SetTag("dispatcher.shard", lease.Claim.Shard.ToString());
        if (!traits.BrokerKeepsPosition)
        {
            var at = parts.Time.GetTimestamp();
            var write = await parts.Store.Checkpoints.SaveAsync(lease.Claim.Shard, lease.Claim.Epoch, checkpoint, cancellation);
            if (write != CheckpointWrite.Saved)
            {
                return CheckpointWrite.Fenced;
            }

            lease.Confirm(at);
        }

        await reader.CommitAsync(checkpoint, cancellation);
        return CheckpointWrite.Saved;
    }

    /// <summary>A checkpoint that holds so many done records is saved.</summary>
    public void Saved(long done) => (Unsaved, _done) = (false, done);

    /// <summary>Whether a sudden end would repeat more than it may: nothing is to be begun before a checkpoint is saved.</summary>
    public bool MustSave(long done) => done - _done >= Limits.UnsavedRecords;

    /// <summary>How many more records are passed than when it was last asked.</summary>
    public long Passed(long passed)
    {
        var more = passed - _passed;
        _passed = passed;
        return more;
    }
}
