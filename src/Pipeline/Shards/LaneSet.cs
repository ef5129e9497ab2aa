using Dispatcher.Contracts.Records;

namespace Dispatcher.Pipeline.Shards;

/// <summary>The lanes of a shard and what waits in them.</summary>
internal sealed class LaneSet
{
    private readonly bool _ordered;
    private readonly Lane[] _lanes;
    private int _turn;

    public LaneSet(int lanes, bool ordered)
    {
        _ordered = ordered;
        var shared = new Backlog();
        _lanes = [.. Enumerable.Range(0, lanes).Select(i => new Lane(i, ordered ? new Backlog() : shared))];
    }

    /// <summary>How many lanes there are.</summary>
    public int Count => _lanes.Length;

    /// <summary>Whether a key binds a record to a lane.</summary>
    public bool Ordered => _ordered;

    /// <summary>The lane of that index.</summary>
    public Lane this[int index] => _lanes[index];

    /// <summary>All lanes.</summary>
    public ReadOnlySpan<Lane> All => _lanes;

    /// <summary>Whether this holds for a lane.</summary>
    public bool Any(Predicate<Lane> holds) => Array.Exists(_lanes, holds);

    /// <summary>The lane of a record.</summary>
    public Lane Of(in Record record)
        => _lanes[_ordered ? KeyHash.Lane(record, _lanes.Length) : (int)((ulong)record.Position % (uint)_lanes.Length)];

    /// <summary>The lane with the fewest batches that come before its backlog.</summary>
    public Lane Shortest() => _lanes.MinBy(lane => lane.First.Count)!;

    /// <summary>The lanes, beginning with another one each time so that none is served before the others for ever.</summary>
    public Lane Turn(int offset) => _lanes[(_turn + offset) % _lanes.Length];

    /// <summary>The next scan begins one lane later.</summary>
    public void NextTurn() => _turn = (_turn + 1) % _lanes.Length;

    /// <summary>Puts a batch before everything else that waits, in each lane the part whose records belong there.</summary>
    public void Requeue(Batch batch, RecordWindow window)
    {
        if (!_ordered || _lanes.Length == 1 || batch.Count == 0)
        {
            var lane = _lanes[Math.Min(batch.Lane, _lanes.Length - 1)];
            batch.Lane = lane.Index;
            lane.First.AddFirst(batch);
            return;
        }

        foreach (var part in batch.Numbers.GroupBy(n => KeyHash.Lane(window.Record(n), _lanes.Length)))
        {
            _lanes[part.Key].First.AddFirst(batch.Part(part.Key, [.. part]));
        }
    }
}
