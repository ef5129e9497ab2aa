namespace Dispatcher.Adapters.RabbitMq;

/// <summary>
/// Which position each delivery tag of one channel has. Tags go 1, 2, 3 …; positions rise too, nearly always by one, so
/// runs of both are kept instead of pairs: one run for a queue, few for a stream.
/// </summary>
internal sealed class PositionRuns
{
    private readonly List<Run> _runs = [];

    /// <summary>The newest tag; 0 before the first.</summary>
    public long LastTag { get; private set; }

    /// <summary>Notes the next tag's position, which must be above all before it.</summary>
    public void Add(long position)
    {
        LastTag++;
        if (_runs.Count == 0 || position != _runs[^1].Position + (LastTag - _runs[^1].Tag))
        {
            _runs.Add(new Run(LastTag, position));
        }
    }

    /// <summary>The newest tag whose position is below this one; 0 where there is none.</summary>
    public long LastTagBelow(long position)
    {
        for (var i = _runs.Count - 1; i >= 0; i--)
        {
            if (_runs[i].Position < position)
            {
                var end = i + 1 < _runs.Count ? _runs[i + 1].Tag - 1 : LastTag;
                return Math.Min(end, _runs[i].Tag + (position - 1 - _runs[i].Position));
            }
        }

        return 0;
    }

    /// <summary>Forgets runs that end at or below a tag.</summary>
    public void Forget(long tag)
    {
        var ended = 0;
        while (ended + 1 < _runs.Count && _runs[ended + 1].Tag - 1 <= tag)
        {
            ended++;
        }

        _runs.RemoveRange(0, ended);
    }

    private readonly record struct Run(long Tag, long Position);
}
