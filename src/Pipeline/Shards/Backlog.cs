namespace Dispatcher.Pipeline.Shards;

/// <summary>Records that wait for a batch, in order, by their number in the window.</summary>
internal sealed class Backlog
{
    private readonly Queue<long> _numbers = new();

    /// <summary>Records that wait.</summary>
    public int Count => _numbers.Count;

    /// <summary>Bytes that they take in a payload at most.</summary>
    public long Bytes { get; private set; }

    /// <summary>The first one; there must be one.</summary>
    public long First => _numbers.Peek();

    public void Add(long number, int size)
    {
        _numbers.Enqueue(number);
        Bytes += size;
    }

    /// <summary>Takes all records that match, in order; the others stay.</summary>
    public List<long> TakeWhere(Func<long, bool> matches, Func<long, int> size)
    {
        var taken = new List<long>();
        for (var left = _numbers.Count; left > 0; left--)
        {
            var number = _numbers.Dequeue();
            if (matches(number))
            {
                Bytes -= size(number);
                taken.Add(number);
            }
            else
            {
                _numbers.Enqueue(number);
            }
        }

        return taken;
    }

    /// <summary>Takes the first record.</summary>
    public long Take(int size)
    {
        Bytes -= size;
        return _numbers.Dequeue();
    }
}
