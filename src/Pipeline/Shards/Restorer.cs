using Dispatcher.Contracts.Checkpoints;

namespace Dispatcher.Pipeline.Shards;

/// <summary>Puts the batches in trouble of an earlier life together again while their records are read anew.</summary>
internal sealed class Restorer
{
    private readonly RestoreMap _map;
    private readonly List<(int Trouble, Batch Batch, List<long> Numbers)> _parts = [];

    private Restorer(RestoreMap map) => _map = map;

    /// <summary>A restorer where the checkpoint says anything of positions above its first gap; else null.</summary>
    public static Restorer? For(Checkpoint checkpoint)
    {
        var map = new RestoreMap(checkpoint);
        return map.LastPosition < 0 ? null : new Restorer(map);
    }

    /// <summary>What the checkpoint says of a position; see <see cref="RestoreMap"/>.</summary>
    public int Find(long position) => _map.Find(position);

    /// <summary>
    /// A record of a batch in trouble was read. Its part of the batch stands before everything else in the record's lane; a
    /// batch whose records now belong to several lanes becomes one batch per lane.
    /// </summary>
    public void Add(int trouble, long number, Lane lane)
    {
        var part = _parts.Find(p => p.Trouble == trouble && p.Batch.Lane == lane.Index);
        if (part.Batch is null)
        {
            var batch = TroubleMemory.Restore(_map.Troubled[trouble], lane.Index, []);
            batch.Restoring = true;
            part = (trouble, batch, []);
            _parts.Add(part);
            lane.First.AddLast(batch);
        }

        part.Numbers.Add(number);
    }

    /// <summary>Everything below that position was read. True when nothing is left to restore.</summary>
    public bool ReadUpTo(long position)
    {
        for (var i = _parts.Count - 1; i >= 0; i--)
        {
            if (_map.Troubled[_parts[i].Trouble].Ranges[^1].To < position)
            {
                (_parts[i].Batch.Numbers, _parts[i].Batch.Restoring) = ([.. _parts[i].Numbers], false);
                _parts.RemoveAt(i);
            }
        }

        return _map.LastPosition < position;
    }

    /// <summary>Batches that are not wholly read yet: a new checkpoint must still name them.</summary>
    public List<TroubledBatch> Unread(long position) => [.. _map.Troubled.Where(t => t.Ranges[^1].To >= position)];

    /// <summary>Finished ranges from a position on, which were not read again yet: a new checkpoint must still name them.</summary>
    public IEnumerable<PositionRange> UnreadFinished(long position)
        => _map.FinishedRanges.Where(r => r.To >= position).Select(r => r with { From = Math.Max(r.From, position) });

    /// <summary>The lanes have changed: parts that are still put together move to their new lanes.</summary>
    public void Relane(RecordWindow window, LaneSet lanes)
    {
        var moved = _parts.SelectMany(p => p.Numbers.Select(n => (p.Trouble, Number: n))).OrderBy(m => m.Number).ToList();
        _parts.Clear();
        foreach (var (trouble, number) in moved)
        {
            Add(trouble, number, lanes.Of(window.Record(number)));
        }
    }
}
