using Dispatcher.Contracts.Checkpoints;

namespace Dispatcher.Pipeline.Shards;

/// <summary>
/// What a checkpoint says of positions above its first gap, asked in ascending order while they are read again: finished,
/// part of a batch in trouble, or nothing.
/// </summary>
internal sealed class RestoreMap
{
    private readonly List<(PositionRange Range, int Batch)> _ranges;
    private int _cursor;

    /// <summary>The value of <see cref="Find"/> for a finished position.</summary>
    public const int Finished = -1;

    /// <summary>The value of <see cref="Find"/> for a position that the checkpoint does not know.</summary>
    public const int Unknown = -2;

    public RestoreMap(Checkpoint checkpoint)
    {
        // A queue that became a stream under the same name: fingerprints are no positions.
        (Troubled, FinishedRanges) = ([.. checkpoint.Troubled.Where(t => t.Ranges.Count > 0)], checkpoint.Finished);
        _ranges = [.. checkpoint.Finished.Select(r => (r, Finished))
            .Concat(Troubled.SelectMany((t, i) => t.Ranges.Select(r => (r, i))))
            .OrderBy(e => e.r.From)];
        LastPosition = _ranges.Count == 0 ? -1 : _ranges.Max(e => e.Range.To);
    }

    /// <summary>The batches in trouble.</summary>
    public IReadOnlyList<TroubledBatch> Troubled { get; }

    /// <summary>The finished ranges.</summary>
    public IReadOnlyList<PositionRange> FinishedRanges { get; }

    /// <summary>The highest position that the checkpoint says anything of; -1 for none.</summary>
    public long LastPosition { get; }

    /// <summary>Index of the batch in trouble, <see cref="Finished"/> or <see cref="Unknown"/>. Positions must ascend.</summary>
    public int Find(long position)
    {
        while (_cursor < _ranges.Count && _ranges[_cursor].Range.To < position)
        {
            _cursor++;
        }

        return _cursor < _ranges.Count && _ranges[_cursor].Range.Contains(position) ? _ranges[_cursor].Batch : Unknown;
    }
}
