using Dispatcher.Contracts;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Testing.Memory;

internal sealed class MemoryQueueStore(TimeProvider time) : IQueueStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, List<MemoryMessage>> _queues = [];
    private readonly Dictionary<(string Queue, string Key), (QueuePutResult First, long UntilMs)> _known = [];
    private TaskCompletionSource _change = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _sequence;

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    public ValueTask<IReadOnlyList<QueuePutResult>> PutAsync(
        string queue, IReadOnlyList<QueuePut> messages, CancellationToken cancellation)
        => Change<IReadOnlyList<QueuePutResult>>(() => [.. messages.Select(one => Put(queue, one))], cancellation);

    public async ValueTask PutAsync(IReadOnlyList<QueueParcel> parcels, CancellationToken cancellation)
        => await Change(
            () =>
            {
                foreach (var parcel in parcels)
                {
                    ArgumentNullException.ThrowIfNull(parcel.Queue);
                }

                foreach (var (queue, messages) in parcels)
                {
                    foreach (var message in messages)
                    {
                        Put(queue, message);
                    }
                }

                return true;
            },
            cancellation);

    public ValueTask<IReadOnlyList<string>> ListAsync(string prefix, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        lock (_lock)
        {
            return new([
                .. _queues.Where(one => one.Value.Count > 0 && one.Key.StartsWith(prefix, StringComparison.Ordinal))
                    .Select(one => one.Key).Order(StringComparer.Ordinal),
            ]);
        }
    }

    public ValueTask<IReadOnlyList<QueueMessage>> ReceiveAsync(
        string queue, QueueReceive how, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        lock (_lock)
        {
            var (taken, nowMs, sweeps) = (new List<QueueMessage>(), NowMs, 0);
            foreach (var message in Receivable(queue, how.Fifo, nowMs).ToArray())
            {
                if (taken.Count == how.Maximum)
                {
                    break;
                }

                if (message.SentMs < how.SentAfterMs)
                {
                    (_, sweeps) = (Of(queue).Remove(message), sweeps + 1);
                }
                else if (how.DeadLetter is { } dead && message.Receives >= dead.MaximumReceives)
                {
                    (_, sweeps) = (Of(queue).Remove(message), sweeps + 1);
                    (message.VisibleMs, message.Received, message.Origin) = (nowMs, false, dead.Origin);
                    Of(dead.Queue).Add(message);
                }
                else
                {
                    taken.Add(message.Take(nowMs, how.HideMs));
                }
            }

            if (sweeps > 0)
            {
                Signal();
            }

            return new(taken);
        }
    }

    public async ValueTask WaitAsync(string queue, bool fifo, CancellationToken cancellation)
    {
        while (true)
        {
            Task change;
            long nextMs;
            lock (_lock)
            {
                var nowMs = NowMs;
                if (Receivable(queue, fifo, nowMs).Any())
                {
                    return;
                }

                change = _change.Task;
                nextMs = Of(queue).Where(one => one.VisibleMs > nowMs).Select(one => one.VisibleMs - nowMs).DefaultIfEmpty(-1).Min();
            }

            if (nextMs < 0)
            {
                await change.WaitAsync(cancellation);
                continue;
            }

            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            await Task.WhenAny(change, Task.Delay(TimeSpan.FromMilliseconds(nextMs), time, stop.Token));
            await stop.CancelAsync();
            cancellation.ThrowIfCancellationRequested();
        }
    }

    public ValueTask<IReadOnlyList<QueueReceiptState>> DeleteAsync(
        string queue, IReadOnlyList<QueueReceipt> receipts, CancellationToken cancellation)
        => Change<IReadOnlyList<QueueReceiptState>>(
            () =>
            [
                .. receipts.Select(receipt => Find(queue, receipt, (message, state) =>
                {
                    if (state != QueueReceiptState.Stale)
                    {
                        Of(queue).Remove(message);
                    }
                })),
            ],
            cancellation);

    public ValueTask<IReadOnlyList<QueueReceiptState>> HideAsync(
        string queue, IReadOnlyList<QueueHide> changes, CancellationToken cancellation)
        => Change<IReadOnlyList<QueueReceiptState>>(
            () => [.. changes.Select(hide => Find(queue, hide.Receipt, (message, state) => Hide(message, state, hide)))],
            cancellation);

    public ValueTask<QueueCounts> CountAsync(string queue, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        lock (_lock)
        {
            var (all, nowMs) = (Of(queue), NowMs);
            return new(new QueueCounts(
                all.Count(one => one.VisibleMs <= nowMs),
                all.Count(one => one.VisibleMs > nowMs && one.Received),
                all.Count(one => one.VisibleMs > nowMs && !one.Received)));
        }
    }

    public ValueTask<int> MoveAsync(string from, string to, string? origin, int maximum, CancellationToken cancellation)
        => Change(
            () =>
            {
                var nowMs = NowMs;
                var moved = Receivable(from, fifo: false, nowMs)
                    .Where(one => origin is null || one.Origin == origin).Take(Math.Min(maximum, Limits.QueueSweep)).ToArray();
                foreach (var message in moved)
                {
                    Of(from).Remove(message);
                    (message.Id, message.SentMs, message.VisibleMs) = (Guid.NewGuid(), nowMs, nowMs);
                    (message.Received, message.Receives, message.FirstMs, message.Origin) = (false, 0, 0, null);
                    Of(to).Add(message);
                }

                return moved.Length;
            },
            cancellation);

    public ValueTask<IReadOnlyList<string>> OriginsAsync(string queue, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        lock (_lock)
        {
            return new([.. Of(queue).Where(one => one.Origin is not null).Select(one => one.Origin!).Distinct()]);
        }
    }

    public ValueTask<long> TrimAsync(string queue, long sentBeforeMs, CancellationToken cancellation)
        => Change(() => (long)Of(queue).RemoveAll(one => one.SentMs < sentBeforeMs), cancellation);

    public ValueTask DeleteQueueAsync(string queue, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        lock (_lock)
        {
            _queues.Remove(queue);
            foreach (var key in _known.Keys.Where(key => key.Queue == queue).ToArray())
            {
                _known.Remove(key);
            }

            Signal();
        }

        return ValueTask.CompletedTask;
    }

    private void Hide(MemoryMessage message, QueueReceiptState state, QueueHide hide)
    {
        if (state != QueueReceiptState.InFlight)
        {
            return;
        }

        message.VisibleMs = NowMs + hide.ForMs;
        if (hide.Uncount)
        {
            message.Receives--;
            message.FirstMs = message.Receives == 0 ? 0 : message.FirstMs;
        }
    }

    private QueuePutResult Put(string queue, QueuePut message)
    {
        var nowMs = NowMs;
        if (message.Deduplication is { } key && _known.TryGetValue((queue, key), out var known) && known.UntilMs > nowMs)
        {
            return known.First with { SentMs = nowMs, Duplicate = true };
        }

        Of(queue).Add(new MemoryMessage
        {
            Sequence = ++_sequence,
            Id = message.Id,
            Body = message.Body.ToArray(),
            Attributes = message.Attributes.ToArray(),
            Group = message.Group,
            VisibleMs = nowMs + message.DelayMs,
            SentMs = nowMs,
        });
        var result = new QueuePutResult(message.Id, _sequence, nowMs, Duplicate: false);
        if (message.Deduplication is { } remembered)
        {
            _known[(queue, remembered)] = (result, nowMs + Limits.QueueDeduplicationMs);
        }

        return result;
    }

    private IEnumerable<MemoryMessage> Receivable(string queue, bool fifo, long nowMs)
    {
        var all = Of(queue);
        return fifo
            ? all.OrderBy(one => one.Sequence).Where(one => one.VisibleMs <= nowMs && !all.Exists(other => Holds(other, one, nowMs)))
            : all.Where(one => one.VisibleMs <= nowMs).OrderBy(one => one.VisibleMs).ThenBy(one => one.Sequence);
    }

    private static bool Holds(MemoryMessage other, MemoryMessage one, long nowMs)
        => other.Group == one.Group && other.VisibleMs > nowMs && (other.Received || other.Sequence < one.Sequence);

    private QueueReceiptState Find(string queue, QueueReceipt receipt, Action<MemoryMessage, QueueReceiptState> act)
    {
        if (Of(queue).Find(one => one.Sequence == receipt.Sequence) is not { } message)
        {
            return QueueReceiptState.Missing;
        }

        var state = message.StateOf(receipt, NowMs);
        act(message, state);
        return state;
    }

    private List<MemoryMessage> Of(string queue)
    {
        if (!_queues.TryGetValue(queue, out var found))
        {
            _queues[queue] = found = [];
        }

        return found;
    }

    private ValueTask<T> Change<T>(Func<T> change, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        lock (_lock)
        {
            var result = change();
            Signal();
            return new(result);
        }
    }

    private void Signal()
    {
        _change.SetResult();
        _change = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
