using Dispatcher.Contracts.Checkpoints;

namespace Dispatcher.Pipeline.Shards;

/// <summary>A batch in trouble of an earlier life, whose records come again one by one, in any order but that of their keys.</summary>
internal sealed class RecalledBatch(TroubledBatch trouble, int rank)
{
    private readonly List<Batch> _parts = [];
    private readonly List<long> _missing = [.. trouble.Fingerprints ?? []];
    private TroubledBatch _known = trouble;

    /// <summary>Whether all of its records came again.</summary>
    public bool IsComplete => _missing.Count == 0;

    /// <summary>Milliseconds since 1970 until which those that came wait for the others.</summary>
    public long DueMs { get; set; }

    /// <summary>True while records that came wait for the others.</summary>
    public bool IsCollecting => _parts.Count > 0;

    /// <summary>Its place among the batches of the earlier life, from 1: parts of a halved batch share keys.</summary>
    public int Rank => rank;

    /// <summary>What a checkpoint must still keep of it: all while it is put together, then what has not come.</summary>
    public TroubledBatch Known => _known;

    /// <summary>
    /// One of its records came. Where keys have an order, the part of its lane stands before the backlog in its place; else it
    /// stands nowhere until it is released.
    /// </summary>
    public void Add(long print, long number, Lane? lane)
    {
        _missing.Remove(print);
        var part = _parts.Find(p => lane is null || p.Lane == lane.Index);
        if (part is null)
        {
            part = TroubleMemory.Restore(_known, lane?.Index ?? 0, []);
            (part.Restoring, part.Rank) = (true, rank);
            _parts.Add(part);
            lane?.Insert(part);
        }

        part.Numbers = [.. part.Numbers, number];
    }

    /// <summary>What came is a batch now; what comes later is another one with the same history.</summary>
    public void Release(LaneSet lanes)
    {
        foreach (var part in _parts)
        {
            part.Restoring = false;
            if (!lanes.Ordered)
            {
                lanes.Shortest().Append(part);
            }
            else if (part.Count == 0)
            {
                lanes[part.Lane].First.Remove(part);
            }
        }

        _parts.Clear();
        _known = _known with { Fingerprints = [.. _missing], Count = _missing.Count };
    }
}
