using Dispatcher.Contracts;
using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Records;

namespace Dispatcher.Pipeline.Shards;

/// <summary>
/// Knows the records of batches in trouble of an earlier life again, by their fingerprints, and puts those of one batch together
/// again: never with others, with their attempts and their first failure.
/// </summary>
internal sealed class TroubleRecall
{
    private readonly Dictionary<long, Queue<RecalledBatch>> _byPrint = [];
    private readonly List<RecalledBatch> _batches;
    private readonly List<RecalledBatch> _collecting = [];
    private long _endsAtMs = long.MaxValue;

    private TroubleRecall(IEnumerable<TroubledBatch> troubled)
    {
        _batches = [.. troubled.Select((t, i) => new RecalledBatch(t, i + 1))];
        foreach (var batch in _batches)
        {
            foreach (var print in batch.Known.Fingerprints!)
            {
                if (!_byPrint.TryGetValue(print, out var batches))
                {
                    _byPrint[print] = batches = [];
                }

                batches.Enqueue(batch);
            }
        }
    }

    /// <summary>What to recall where the checkpoint says anything of it; else null.</summary>
    public static TroubleRecall? For(Checkpoint checkpoint)
    {
        var troubled = checkpoint.Troubled.Where(t => t.Fingerprints is { Count: > 0 }).ToArray();
        return troubled.Length == 0 ? null : new TroubleRecall(troubled);
    }

    /// <summary>Takes a record that was read, if it is one of those; else false.</summary>
    public bool TryAdd(in Record record, long number, LaneSet lanes, long nowMs)
    {
        var print = Fingerprint.Of(record);
        if (!_byPrint.TryGetValue(print, out var batches))
        {
            return false;
        }

        var batch = batches.Dequeue();
        if (batches.Count == 0)
        {
            _byPrint.Remove(print);
        }

        if (!batch.IsCollecting)
        {
            _collecting.Add(batch);
            batch.DueMs = nowMs + Limits.RecallWaitMs;
        }

        batch.Add(print, number, lanes.Ordered ? lanes.Of(record) : null);
        if (batch.IsComplete)
        {
            Release(batch, lanes);
        }

        return true;
    }

    /// <summary>Releases what has waited for long enough. True when there is nothing left to recall.</summary>
    public bool Look(LaneSet lanes, long nowMs, ref long wakeMs)
    {
        // A clock that was set back makes no wait longer.
        _endsAtMs = Math.Min(_endsAtMs, nowMs + Limits.RecallMs);
        for (var i = _collecting.Count - 1; i >= 0; i--)
        {
            var batch = _collecting[i];
            batch.DueMs = Math.Min(batch.DueMs, nowMs + Limits.RecallWaitMs);
            if (batch.DueMs <= nowMs)
            {
                Release(batch, lanes);
            }
            else
            {
                wakeMs = Math.Min(wakeMs, batch.DueMs);
            }
        }

        return _batches.Count == 0 || (_endsAtMs <= nowMs && _collecting.Count == 0);
    }

    /// <summary>The lanes change: what came is to find its lanes like everything else.</summary>
    public void ReleaseAll(LaneSet lanes)
    {
        for (var i = _collecting.Count - 1; i >= 0; i--)
        {
            Release(_collecting[i], lanes);
        }
    }

    /// <summary>Batches that did not come again as a whole: a new checkpoint must still keep them.</summary>
    public IReadOnlyList<RecalledBatch> Missing => _batches;

    private void Release(RecalledBatch batch, LaneSet lanes)
    {
        batch.Release(lanes);
        _collecting.Remove(batch);
        if (batch.IsComplete)
        {
            _batches.Remove(batch);
        }
    }
}
