using System.Collections.Concurrent;
using Dispatcher.Contracts.Records;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Testing.Memory;

internal sealed class MemoryRecordLogStore(TimeProvider time) : IRecordLogStore
{
    private readonly ConcurrentDictionary<string, MemoryLog> _logs = new();

    public ValueTask CreateAsync(string log, long first, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        _logs.TryAdd(log, new MemoryLog(first));
        return ValueTask.CompletedTask;
    }

    public ValueTask<long?> AppendAsync(string log, IReadOnlyList<LogAppend> records, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return new(_logs.GetValueOrDefault(log)?.Append(records, time.GetUtcNow().ToUnixTimeMilliseconds()));
    }

    public ValueTask<bool> ReadAsync(
        string log, long from, int records, int bytes, RecordPage into, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (!_logs.TryGetValue(log, out var found))
        {
            return new(false);
        }

        found.Read(from, records, bytes, into);
        return new(true);
    }

    public ValueTask<LogBounds?> BoundsAsync(string log, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return new(_logs.GetValueOrDefault(log)?.Bounds());
    }

    public ValueTask<long> FindAsync(string log, long timestampMs, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return new(_logs.GetValueOrDefault(log)?.Find(timestampMs) ?? 0);
    }

    public async ValueTask WaitAsync(string log, long from, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        while (_logs.TryGetValue(log, out var found) && found.MustWait(from, out var change))
        {
            await change.WaitAsync(cancellation);
        }
    }

    public ValueTask<LogBounds?> SealAsync(string log, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return new(_logs.GetValueOrDefault(log)?.Seal());
    }

    public ValueTask<long> TrimAsync(string log, long beforeMs, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return new(_logs.GetValueOrDefault(log)?.Trim(beforeMs) ?? 0);
    }

    public ValueTask DeleteAsync(string log, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (_logs.TryRemove(log, out var found))
        {
            found.Seal();
        }

        return ValueTask.CompletedTask;
    }
}
