using System.Diagnostics;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Sources;
using Dispatcher.Grains.Leases;

namespace Dispatcher.Grains.Shards;

/// <summary>Saves a shard's checkpoints, one at a time, and then tells the source.</summary>
internal sealed class CheckpointKeeper(HeldLease lease, SourceTraits traits, Checkpoint start, ShardParts parts, IShardReader reader)
{
    private bool _windows = start.Windows.Count > 0;
    private long _passed;
    private long _done;

    /// <summary>True while there is something done that is not saved.</summary>
    public bool Unsaved { get; set; }

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
        span?.SetTag("dispatcher.shard", lease.Claim.Shard.ToString());
        if (ToStore(checkpoint) is { } stored)
        {
            var at = parts.Time.GetTimestamp();
            var write = await parts.Store.Checkpoints.SaveAsync(lease.Claim.Shard, lease.Claim.Epoch, stored, cancellation);
            if (write != CheckpointWrite.Saved)
            {
                return CheckpointWrite.Fenced;
            }

            lease.Confirm(at);
            _windows = stored.Windows.Count > 0;
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

    /// <summary>
    /// All of it, or, where the broker keeps the positions, the open windows: their states are all that is left of messages which
    /// the broker forgets. Null where there is nothing to store.
    /// </summary>
    private Checkpoint? ToStore(Checkpoint checkpoint)
        => !traits.BrokerKeepsPosition ? checkpoint
            : checkpoint.Windows.Count > 0 || _windows ? new Checkpoint(start.Next) { Windows = checkpoint.Windows }
            : null;
}
