using Dispatcher.Contracts;
using Dispatcher.Contracts.Checkpoints;

namespace Dispatcher.Pipeline.Shards;

/// <summary>
/// Batches in trouble of sources whose positions are new in every life (<see cref="ShardPlan.Remembers"/>): checkpoints keep
/// them by the fingerprints of their records, and the next life knows those again.
/// </summary>
internal sealed partial class ShardEngine
{
    private TroubleRecall? _recall;

    /// <summary>Lets batches of an earlier life go that have waited for their records for long enough.</summary>
    private void Recall(long nowMs, ref long wakeMs)
    {
        if (_recall?.Look(_lanes, nowMs, ref wakeMs) == true)
        {
            _recall = null;
            _changed = true;
        }
    }

    /// <summary>
    /// The batches in trouble, and those of an earlier life that have not come again, as many as a checkpoint may keep: what
    /// shares a key in its order.
    /// </summary>
    private List<TroubledBatch> Remembered()
    {
        var all = _running.Where(Troubled).Select(b => (b.Rank, Batch: (Batch?)b, Known: (TroubledBatch?)null)).ToList();
        foreach (var lane in _lanes.All)
        {
            all.AddRange(lane.First.Where(Troubled).Select(b => (b.Rank, (Batch?)b, (TroubledBatch?)null)));
        }

        all.AddRange(_recall?.Missing.Select(m => (m.Rank, (Batch?)null, (TroubledBatch?)m.Known)) ?? []);
        var room = Limits.RememberedRecords;
        var kept = new List<TroubledBatch>(all.Count);
        foreach (var (_, batch, known) in all.OrderBy(one => one.Rank))
        {
            var count = batch?.Count ?? known!.Count;
            if (count <= room)
            {
                room -= count;
                kept.Add(known ?? TroubleMemory.ByContent(batch!, Prints(batch!)));
            }
        }

        return kept;
    }

    private static bool Troubled(Batch batch)
        => (batch.InTrouble || batch.GivenUp is not null) && !batch.Restoring && batch.Count is > 0 and <= Limits.RememberedBatchRecords;

    private long[] Prints(Batch batch)
        => batch.Fingerprints ??= Array.ConvertAll(batch.Numbers, number => Fingerprint.Of(_window.Record(number)));
}
