using Dispatcher.Contracts.Checkpoints;

namespace Dispatcher.Adapters.RabbitMq;

/// <summary>A set of delivery tags as ranges: ascending and disjoint.</summary>
internal sealed class TagRanges
{
    private List<PositionRange> _ranges = [];

    /// <summary>The highest tag from <paramref name="tag"/> downwards that is not in the set.</summary>
    public long LastOutside(long tag)
    {
        for (var i = _ranges.Count - 1; i >= 0 && tag <= _ranges[i].To; i--)
        {
            tag = Math.Min(tag, _ranges[i].From - 1);
        }

        return tag;
    }

    /// <summary>Takes all tags up to this one out.</summary>
    public void Forget(long tag)
    {
        var ended = 0;
        while (ended < _ranges.Count && _ranges[ended].To <= tag)
        {
            ended++;
        }

        _ranges.RemoveRange(0, ended);
        if (_ranges.Count > 0 && _ranges[0].From <= tag)
        {
            _ranges[0] = _ranges[0] with { From = tag + 1 };
        }
    }

    /// <summary>Puts ranges (ascending, disjoint) in and collects the tags that are new.</summary>
    public List<long> Add(List<PositionRange> ranges)
    {
        var added = new List<long>();
        var merged = new List<PositionRange>(_ranges.Count + ranges.Count);
        var known = 0;
        foreach (var range in ranges)
        {
            while (known < _ranges.Count && _ranges[known].To < range.From)
            {
                merged.Add(_ranges[known++]);
            }

            var (from, to, next) = (range.From, range.To, range.From);
            while (known < _ranges.Count && _ranges[known].From <= range.To)
            {
                from = Math.Min(from, _ranges[known].From);
                to = Math.Max(to, _ranges[known].To);
                Collect(added, next, _ranges[known].From - 1);
                next = Math.Max(next, _ranges[known++].To + 1);
            }

            Collect(added, next, range.To);
            merged.Add(new PositionRange(from, to));
        }

        merged.AddRange(_ranges[known..]);
        _ranges = merged;
        return added;
    }

    private static void Collect(List<long> into, long from, long to)
    {
        for (var tag = from; tag <= to; tag++)
        {
            into.Add(tag);
        }
    }
}
