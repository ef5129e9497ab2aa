using Dispatcher.Contracts.Records;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Testing.Memory;

/// <summary>One log. Reads copy into the page, so that a use of its memory after its disposal shows.</summary>
internal sealed class MemoryLog(long first)
{
    private readonly Lock _lock = new();
    private readonly List<(byte[] Key, byte[] Data, long TimestampMs)> _records = [];
    private TaskCompletionSource _change = NewChange();
    private long _first = first;
    private long _lastMs;
    private bool _sealed;

    private long Next => _first + _records.Count;

    public long? Append(IReadOnlyList<LogAppend> records, long nowMs)
    {
        lock (_lock)
        {
            if (_sealed)
            {
                return null;
            }

            var position = Next;
            _lastMs = Math.Max(_lastMs, nowMs);
            foreach (var record in records)
            {
                _records.Add((record.Key.ToArray(), record.Data.ToArray(), _lastMs));
            }

            Signal();
            return position;
        }
    }

    public void Read(long from, int records, int bytes, RecordPage into)
    {
        lock (_lock)
        {
            var position = Math.Max(from, _first);
            var start = into.Bytes;
            for (var left = records; left > 0 && position < Next; left--, position++)
            {
                var (key, data, timestampMs) = _records[(int)(position - _first)];
                if (left < records && into.Bytes - start + key.Length + data.Length > bytes)
                {
                    break;
                }

                into.Add(new Record(position, into.Copy(key), into.Copy(data), timestampMs));
            }

            into.NextPosition = position;
            into.EndPosition = Next;
            into.EndOfShard = _sealed && position >= Next;
        }
    }

    public LogBounds Bounds()
    {
        lock (_lock)
        {
            return new LogBounds(_first, Next, _sealed);
        }
    }

    public long Find(long timestampMs)
    {
        lock (_lock)
        {
            var index = _records.FindIndex(one => one.TimestampMs >= timestampMs);
            return index < 0 ? Next : _first + index;
        }
    }

    /// <summary>Whether there is something to wait for, and what completes with the next change then.</summary>
    public bool MustWait(long from, out Task change)
    {
        lock (_lock)
        {
            change = _change.Task;
            return !_sealed && from >= Next;
        }
    }

    public LogBounds Seal()
    {
        lock (_lock)
        {
            _sealed = true;
            Signal();
            return new LogBounds(_first, Next, true);
        }
    }

    public long Trim(long beforeMs)
    {
        lock (_lock)
        {
            var keep = _records.FindIndex(one => one.TimestampMs >= beforeMs);
            var count = keep < 0 ? _records.Count : keep;
            _records.RemoveRange(0, count);
            _first += count;
            return count;
        }
    }

    private static TaskCompletionSource NewChange() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Signal()
    {
        _change.SetResult();
        _change = NewChange();
    }
}
