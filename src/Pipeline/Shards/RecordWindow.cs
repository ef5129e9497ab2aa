using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Records;

namespace Dispatcher.Pipeline.Shards;

/// <summary>
/// The records of a shard that were read, from the first gap to the newest: a ring of entries in the order of reading. An
/// entry's number never changes; entries below the first gap are forgotten.
/// </summary>
internal sealed class RecordWindow(long next)
{
    private WindowEntry[] _ring = [];
    private long _head;
    private long _tail;
    private long _nextRead = next;

    /// <summary>Records whose outcome is not known.</summary>
    public int Pending { get; private set; }

    /// <summary>Bytes of records that are kept in memory.</summary>
    public long Bytes { get; private set; }

    /// <summary>Runs of finished records above the first gap.</summary>
    public int Runs { get; private set; }

    /// <summary>Records that the first gap has passed since the start.</summary>
    public long Passed { get; private set; }

    /// <summary>Entries above the first gap, finished or not.</summary>
    public long Span => _tail - _head;

    /// <summary>The position of the first gap.</summary>
    public long Next => _head == _tail ? _nextRead : Entry(_head).Position;

    /// <summary>Where the shard is read on.</summary>
    public long NextRead => _nextRead;

    /// <summary>The entry of that number, which must be in the window.</summary>
    public ref WindowEntry Entry(long number) => ref _ring[number & (_ring.Length - 1)];

    /// <summary>The record of an entry whose outcome is not known.</summary>
    public ref readonly Record Record(long number)
    {
        ref var entry = ref Entry(number);
        return ref entry.Hold!.Page.Records[entry.Index];
    }

    /// <summary>Copies the records of these numbers, all that lie side by side in a page at once.</summary>
    public void CopyTo(ReadOnlySpan<long> numbers, Span<Record> into)
    {
        for (var i = 0; i < numbers.Length;)
        {
            ref var first = ref Entry(numbers[i]);
            var (from, end) = (i, first.Index + 1);
            while (++i < numbers.Length && Follows(ref Entry(numbers[i]), first.Hold, end))
            {
                end++;
            }

            first.Hold!.Page.Records[first.Index..end].CopyTo(into[from..]);
        }
    }

    private static bool Follows(ref WindowEntry entry, PageHold? hold, int index) => entry.Hold == hold && entry.Index == index;

    /// <summary>Takes a page's memory into account.</summary>
    public PageHold Hold(RecordPage page)
    {
        var hold = new PageHold(page);
        Bytes += hold.Bytes;
        return hold;
    }

    /// <summary>Adds a record and returns its number.</summary>
    public long Add(long position, PageHold hold, int index, int size, long nowMs)
    {
        if (_tail - _head == _ring.Length)
        {
            Grow();
        }

        Entry(_tail) = new WindowEntry { Position = position, Hold = hold, Index = index, Size = size, ArrivedMs = nowMs };
        Pending++;
        _nextRead = position + 1;
        return _tail++;
    }

    /// <summary>Everything below that position was read; records that the source skipped need no outcome.</summary>
    public void ReadUpTo(long position) => _nextRead = Math.Max(_nextRead, position);

    /// <summary>A record's outcome is known for good.</summary>
    public void Finish(long number)
    {
        ref var entry = ref Entry(number);
        if (entry.Done)
        {
            throw new InvalidOperationException($"record at position {entry.Position} is finished twice");
        }

        entry.Done = true;
        var hold = entry.Hold!;
        entry.Hold = null;
        Pending--;
        if (hold.Release())
        {
            Bytes -= hold.Bytes;
        }

        CountRuns(number);
        Advance();
    }

    /// <summary>The finished ranges above the first gap.</summary>
    public List<PositionRange> FinishedRanges()
    {
        var ranges = new List<PositionRange>(Runs);
        for (var number = _head; ranges.Count < Runs && number < _tail; number++)
        {
            if (!Entry(number).Done)
            {
                continue;
            }

            var from = Entry(number).Position;
            while (number + 1 < _tail && Entry(number + 1).Done)
            {
                number++;
            }

            ranges.Add(new PositionRange(from, Entry(number).Position));
        }

        return ranges;
    }

    private void CountRuns(long number)
    {
        var before = number > _head && Entry(number - 1).Done;
        var after = number + 1 < _tail && Entry(number + 1).Done;
        Runs += before ? (after ? -1 : 0) : (after ? 0 : 1);
    }

    private void Advance()
    {
        if (_head == _tail || !Entry(_head).Done)
        {
            return;
        }

        // The run that begins at the first gap is passed as a whole.
        Runs--;
        while (_head < _tail && Entry(_head).Done)
        {
            _head++;
            Passed++;
        }
    }

    private void Grow()
    {
        // Nothing is held for a shard that never had a record.
        var larger = new WindowEntry[Math.Max(64, _ring.Length * 2)];
        for (var number = _head; number < _tail; number++)
        {
            larger[number & (larger.Length - 1)] = Entry(number);
        }

        _ring = larger;
    }
}
