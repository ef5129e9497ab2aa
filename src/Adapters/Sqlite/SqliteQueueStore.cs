using Dispatcher.Contracts;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Adapters.Sqlite;

/// <summary>Messages of all queues in one table.</summary>
internal sealed partial class SqliteQueueStore(SqliteStore store, TimeProvider time) : IQueueStore
{
    private readonly QueueSignals _signals = new(time);

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    public ValueTask<IReadOnlyList<QueuePutResult>> PutAsync(
        string queue, IReadOnlyList<QueuePut> messages, CancellationToken cancellation)
        => new(store.File.Writer.RunAsync(new PutJob(this, queue, messages, cancellation), cancellation));

    public async ValueTask PutAsync(IReadOnlyList<QueueParcel> parcels, CancellationToken cancellation)
    {
        await store.File.Writer.RunAsync(connection =>
        {
            var nowMs = NowMs;
            foreach (var (queue, messages) in parcels)
            {
                foreach (var message in messages)
                {
                    Put(connection, queue, message, nowMs);
                }
            }

            return true;
        }, parcels.Sum(parcel => parcel.Messages.Sum(one => one.Body.Length + one.Attributes.Length)), cancellation);
        foreach (var (queue, _) in parcels)
        {
            _signals.Changed(queue);
        }
    }

    public ValueTask<IReadOnlyList<string>> ListAsync(string prefix, CancellationToken cancellation)
        => store.File.Reads.RunAsync((prefix, Beyond: QueueNaming.Beyond(prefix)), static (connection, state) =>
        {
            var names = new List<string>();
            using var select = connection.Use(Names);
            select.Bind(1, state.prefix).Bind(2, state.Beyond);
            while (select.Step())
            {
                names.Add(select.Text(0));
            }

            return (IReadOnlyList<string>)names;
        }, cancellation);

    public async ValueTask<IReadOnlyList<QueueMessage>> ReceiveAsync(
        string queue, QueueReceive how, CancellationToken cancellation)
    {
        var (taken, buried, swept) = await store.File.Writer.RunAsync(connection =>
        {
            var take = new QueueTake(connection, queue, how, NowMs);
            var messages = take.Run();
            return (messages, take.Buried, take.Swept);
        }, how.Maximum * 256, cancellation);
        if (buried)
        {
            _signals.Changed(how.DeadLetter!.Queue);
        }

        if (swept)
        {
            _signals.Changed(queue);
        }

        return taken;
    }

    public async ValueTask WaitAsync(string queue, bool fifo, CancellationToken cancellation)
    {
        while (true)
        {
            var change = _signals.Next(queue);
            var nextMs = await store.File.Reads.RunAsync((queue, fifo, NowMs), NextMs, cancellation);
            if (nextMs == 0)
            {
                return;
            }

            await _signals.WaitAsync(change, nextMs, cancellation);
        }
    }

    public ValueTask<IReadOnlyList<QueueReceiptState>> DeleteAsync(
        string queue, IReadOnlyList<QueueReceipt> receipts, CancellationToken cancellation)
        => EachAsync(queue, receipts, static one => one, (connection, one, state) =>
        {
            if (state is QueueReceiptState.InFlight or QueueReceiptState.Visible)
            {
                using var delete = connection.Use(Delete);
                delete.Bind(1, one.Sequence).Run();
            }
        }, cancellation);

    public ValueTask<IReadOnlyList<QueueReceiptState>> HideAsync(
        string queue, IReadOnlyList<QueueHide> changes, CancellationToken cancellation)
        => EachAsync(queue, changes, static one => one.Receipt, (connection, one, state) =>
        {
            if (state == QueueReceiptState.InFlight)
            {
                using var hide = connection.Use(Hide);
                hide.Bind(1, one.Receipt.Sequence).Bind(2, NowMs + one.ForMs).Bind(3, one.Uncount ? 1 : 0).Run();
            }
        }, cancellation);

    public ValueTask<QueueCounts> CountAsync(string queue, CancellationToken cancellation)
        => store.File.Reads.RunAsync((queue, NowMs), static (connection, state) =>
        {
            using var select = connection.Use(Count);
            select.Bind(1, state.queue).Bind(2, state.NowMs).Step();
            return new QueueCounts(select.Long(0), select.Long(1), select.Long(2));
        }, cancellation);

    public async ValueTask<int> MoveAsync(string from, string to, string? origin, int maximum, CancellationToken cancellation)
    {
        var moved = await store.File.Writer.RunAsync(connection =>
        {
            using var move = connection.Use(Move);
            move.Bind(1, from).Bind(2, to).Bind(3, NowMs).Bind(4, origin ?? "").Bind(5, Math.Min(maximum, Limits.QueueSweep)).Run();
            return connection.Changes;
        }, maximum * 256, cancellation);
        _signals.Changed(to);
        _signals.Changed(from);
        return moved;
    }

    public ValueTask<IReadOnlyList<string>> OriginsAsync(string queue, CancellationToken cancellation)
        => store.File.Reads.RunAsync(queue, static (connection, queue) =>
        {
            var origins = new List<string>();
            using var select = connection.Use("SELECT DISTINCT origin FROM messages WHERE queue = ? AND origin IS NOT NULL");
            select.Bind(1, queue);
            while (select.Step())
            {
                origins.Add(select.Text(0));
            }

            return (IReadOnlyList<string>)origins;
        }, cancellation);

    public async ValueTask<long> TrimAsync(string queue, long sentBeforeMs, CancellationToken cancellation)
    {
        long removed = 0;
        for (var some = Limits.QueueSweep; some == Limits.QueueSweep; removed += some)
        {
            some = await store.File.Writer.RunAsync(connection =>
            {
                using var trim = connection.Use(Trim);
                trim.Bind(1, queue).Bind(2, sentBeforeMs).Bind(3, Limits.QueueSweep).Run();
                return connection.Changes;
            }, LogRemoval.StepBytes, cancellation);
        }

        _signals.Changed(queue);
        return removed;
    }

    public async ValueTask DeleteQueueAsync(string queue, CancellationToken cancellation)
    {
        await TrimAsync(queue, long.MaxValue, cancellation);
        await store.File.Writer.RunAsync(connection =>
        {
            using var forget = connection.Use("DELETE FROM deduplication WHERE queue = ?");
            forget.Bind(1, queue).Run();
            return true;
        }, 0, cancellation);
    }

    /// <summary>Tells those who wait for messages of a queue that it changed.</summary>
    internal void Changed(string queue) => _signals.Changed(queue);

    /// <summary>Stores messages within a transaction.</summary>
    internal QueuePutResult[] Put(Connection connection, string queue, IReadOnlyList<QueuePut> messages)
    {
        var stored = new QueuePutResult[messages.Count];
        var nowMs = NowMs;
        for (var i = 0; i < stored.Length; i++)
        {
            stored[i] = Put(connection, queue, messages[i], nowMs);
        }

        return stored;
    }

    private static QueuePutResult Put(Connection connection, string queue, QueuePut message, long nowMs)
    {
        if (message.Deduplication is { } key)
        {
            using var known = connection.Use(Known);
            if (known.Bind(1, queue).Bind(2, key).Bind(3, nowMs).Step())
            {
                return new QueuePutResult(new Guid(known.Bytes(0)), known.Long(1), nowMs, Duplicate: true);
            }
        }

        Span<byte> id = stackalloc byte[16];
        message.Id.TryWriteBytes(id);
        using (var insert = connection.Use(Insert))
        {
            insert.Bind(1, queue).Bind(2, nowMs + message.DelayMs).Bind(3, nowMs).Bind(4, id)
                .Bind(6, message.Attributes.Span).Bind(7, message.Body.Span);
            if (message.Group is { } group)
            {
                insert.Bind(5, group);
            }

            insert.Run();
        }

        var sequence = connection.LastId;
        if (message.Deduplication is { } remembered)
        {
            RememberKey(connection, queue, remembered, sequence, id, nowMs);
        }

        return new QueuePutResult(message.Id, sequence, nowMs, Duplicate: false);
    }

    private static void RememberKey(Connection connection, string queue, string key, long sequence, ReadOnlySpan<byte> id, long nowMs)
    {
        using (var forget = connection.Use(Forget))
        {
            forget.Bind(1, nowMs).Run();
        }

        using var remember = connection.Use(Remember);
        remember.Bind(1, queue).Bind(2, key).Bind(3, sequence).Bind(4, id).Bind(5, nowMs + Limits.QueueDeduplicationMs).Run();
    }

    /// <summary>0 where something can be received; else when something becomes visible by itself.</summary>
    private static long NextMs(Connection connection, (string Queue, bool Fifo, long NowMs) state)
    {
        var ready = state.Fifo ? AnyFree(connection, state.Queue, state.NowMs) : FirstAfter(connection, state.Queue, long.MinValue) <= state.NowMs;
        return ready ? 0 : FirstAfter(connection, state.Queue, state.NowMs);
    }

    private static bool AnyFree(Connection connection, string queue, long nowMs)
        => QueueTake.Free(connection, queue, QueueTake.HeldGroups(connection, queue, nowMs), 0, nowMs, Limits.QueueFifoScan).Any();

    private static long FirstAfter(Connection connection, string queue, long afterMs)
    {
        using var select = connection.Use(First);
        return select.Bind(1, queue).Bind(2, afterMs).Step() ? select.Long(0) : long.MaxValue;
    }

    private async ValueTask<IReadOnlyList<QueueReceiptState>> EachAsync<T>(
        string queue, IReadOnlyList<T> items, Func<T, QueueReceipt> receipt, Action<Connection, T, QueueReceiptState> act, CancellationToken cancellation)
    {
        var states = await store.File.Writer.RunAsync(connection =>
        {
            var found = new QueueReceiptState[items.Count];
            for (var i = 0; i < found.Length; i++)
            {
                found[i] = StateOf(connection, queue, receipt(items[i]));
                act(connection, items[i], found[i]);
            }

            return found;
        }, items.Count * 256, cancellation);
        _signals.Changed(queue);
        return states;
    }

    private QueueReceiptState StateOf(Connection connection, string queue, QueueReceipt receipt)
    {
        using var find = connection.Use(Find);
        return !find.Bind(1, receipt.Sequence).Bind(2, queue).Step() ? QueueReceiptState.Missing
            : find.Long(0) != receipt.Token ? QueueReceiptState.Stale
            : find.Long(1) > NowMs ? QueueReceiptState.InFlight
            : QueueReceiptState.Visible;
    }
}
