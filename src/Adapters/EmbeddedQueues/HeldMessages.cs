using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Sources;

namespace Dispatcher.Adapters.EmbeddedQueues;

/// <summary>The messages that a reader has in flight, by the positions that it gave them. Used by several threads.</summary>
internal sealed class HeldMessages
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<long, HeldMessage> _held = [];

    /// <summary>Whether there is none.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_lock)
            {
                return _held.Count == 0;
            }
        }
    }

    /// <summary>Adds a message.</summary>
    public void Add(long position, HeldMessage message)
    {
        lock (_lock)
        {
            _held[position] = message;
        }
    }

    /// <summary>Notes that messages go back: they are not done, whatever the next checkpoint says.</summary>
    public void Return(IReadOnlyList<ReturnedRecord> records)
    {
        lock (_lock)
        {
            foreach (var record in records)
            {
                if (_held.TryGetValue(record.Position, out var message))
                {
                    (message.Returned, message.Untried) = (true, !record.Tried);
                }
            }
        }
    }

    /// <summary>Those that a checkpoint passes.</summary>
    public List<(long Position, HeldMessage Message)> Passed(Checkpoint checkpoint)
    {
        lock (_lock)
        {
            return [.. _held.Where(one => IsPassed(checkpoint, one.Key)).Select(one => (one.Key, one.Value))];
        }
    }

    /// <summary>Those whose time is to be made longer at a time.</summary>
    public List<(long Position, HeldMessage Message)> Due(long nowMs)
    {
        lock (_lock)
        {
            return [.. _held.Where(one => !one.Value.Returned && one.Value.IsDue(nowMs)).Select(one => (one.Key, one.Value))];
        }
    }

    /// <summary>Forgets messages that are settled.</summary>
    public void Remove(IEnumerable<(long Position, HeldMessage Message)> settled)
    {
        lock (_lock)
        {
            foreach (var (position, _) in settled)
            {
                _held.Remove(position);
            }
        }
    }

    /// <summary>All of them; none is left.</summary>
    public List<HeldMessage> TakeAll()
    {
        lock (_lock)
        {
            List<HeldMessage> all = [.. _held.Values];
            _held.Clear();
            return all;
        }
    }

    private static bool IsPassed(Checkpoint checkpoint, long position)
    {
        if (position < checkpoint.Next)
        {
            return true;
        }

        var (low, high) = (0, checkpoint.Finished.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var range = checkpoint.Finished[middle];
            if (range.Contains(position))
            {
                return true;
            }

            (low, high) = range.To < position ? (middle + 1, high) : (low, middle - 1);
        }

        return false;
    }
}
