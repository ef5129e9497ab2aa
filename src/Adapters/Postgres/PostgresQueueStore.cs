using Dispatcher.Adapters.Sqlite;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Store;
using Npgsql;

namespace Dispatcher.Adapters.Postgres;

/// <summary>Messages of all queues in one table. Receivers of all processes pass over what others hold (SKIP LOCKED).</summary>
internal sealed class PostgresQueueStore(PostgresDatabase database, QueueSignals signals, Notifier notifier, TimeProvider time) : IQueueStore
{
    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    public async ValueTask<IReadOnlyList<QueuePutResult>> PutAsync(
        string queue, IReadOnlyList<QueuePut> messages, CancellationToken cancellation)
    {
        var nowMs = NowMs;
        var serial = messages.Any(one => one.Group is not null || one.Deduplication is not null);
        var forgets = messages.Any(one => one.Deduplication is not null);
        var results = await database.BatchAsync(
            batch =>
            {
                if (serial)
                {
                    batch.Add(QueueCommands.Serialize).With(queue);
                }

                AddPut(batch, queue, messages, nowMs);
                if (forgets)
                {
                    batch.Add(QueueCommands.Forget).With(nowMs).With(Limits.QueueSweep);
                }
            },
            async rows =>
            {
                if (serial)
                {
                    await rows.NextResultAsync(CancellationToken.None);
                }

                var found = new List<QueuePutResult>(messages.Count);
                while (await rows.ReadAsync(CancellationToken.None))
                {
                    found.Add(new QueuePutResult(rows.GetGuid(0), rows.GetInt64(1), nowMs, rows.GetBoolean(2)));
                }

                return found;
            },
            cancellation);
        Changed(queue);
        return results;
    }

    public async ValueTask PutAsync(IReadOnlyList<QueueParcel> parcels, CancellationToken cancellation)
    {
        var nowMs = NowMs;
        await database.BatchAsync(
            batch =>
            {
                foreach (var (queue, messages) in parcels)
                {
                    AddPut(batch, queue, messages, nowMs);
                }
            },
            static _ => Task.FromResult(true),
            cancellation);
        foreach (var (queue, _) in parcels)
        {
            Changed(queue);
        }
    }

    public ValueTask<IReadOnlyList<string>> ListAsync(string prefix, CancellationToken cancellation)
        => TextsAsync(QueueCommands.Names, all => all.With(prefix).With(QueueNaming.Beyond(prefix)), cancellation);

    public async ValueTask<IReadOnlyList<QueueMessage>> ReceiveAsync(
        string queue, QueueReceive how, CancellationToken cancellation)
    {
        var receiving = new QueueReceiving(database, queue, how, NowMs);
        var taken = await receiving.RunAsync(cancellation);
        if (receiving.Buried)
        {
            Changed(how.DeadLetter!.Queue);
        }

        if (receiving.Swept)
        {
            Changed(queue);
        }

        return taken;
    }

    public async ValueTask WaitAsync(string queue, bool fifo, CancellationToken cancellation)
    {
        while (true)
        {
            var change = signals.Next(queue);
            var nowMs = NowMs;
            if (await NumberAsync(fifo ? QueueCommands.AnyFree : QueueCommands.AnyReady, queue, nowMs, cancellation) is not null)
            {
                return;
            }

            // Looks again after a while in any case: a notice may be lost with its sender.
            var nextMs = await NumberAsync(QueueCommands.NextVisible, queue, nowMs, cancellation) ?? long.MaxValue;
            await signals.WaitAsync(change, Math.Min(nextMs, nowMs + Limits.PostgresLookMs), cancellation);
        }
    }

    public ValueTask<IReadOnlyList<QueueReceiptState>> DeleteAsync(
        string queue, IReadOnlyList<QueueReceipt> receipts, CancellationToken cancellation)
        => EachAsync(
            queue,
            [.. receipts],
            batch => batch.Add(QueueCommands.Delete).With(queue).With(NowMs)
                .With([.. receipts.Select(one => one.Sequence)]).With([.. receipts.Select(one => one.Token)]),
            removes: true,
            cancellation);

    public ValueTask<IReadOnlyList<QueueReceiptState>> HideAsync(
        string queue, IReadOnlyList<QueueHide> changes, CancellationToken cancellation)
        => EachAsync(
            queue,
            [.. changes.Select(one => one.Receipt)],
            batch => batch.Add(QueueCommands.Hide).With(queue).With(NowMs)
                .With([.. changes.Select(one => one.Receipt.Sequence)]).With([.. changes.Select(one => one.Receipt.Token)])
                .With([.. changes.Select(one => one.ForMs)]).With([.. changes.Select(one => one.Uncount ? 1 : 0)]),
            removes: false,
            cancellation);

    public ValueTask<QueueCounts> CountAsync(string queue, CancellationToken cancellation)
        => database.ReadAsync(
            QueueCommands.Count,
            all => all.With(queue).With(NowMs),
            static async (rows, cancellation) => await rows.ReadAsync(cancellation)
                ? new QueueCounts(rows.GetInt64(0), rows.GetInt64(1), rows.GetInt64(2))
                : default,
            cancellation);

    public async ValueTask<int> MoveAsync(string from, string to, string? origin, int maximum, CancellationToken cancellation)
    {
        var moved = await database.WriteAsync(
            QueueCommands.Move,
            all => all.With(from).With(to).With(NowMs).With(origin ?? "").With(Math.Min(maximum, Limits.QueueSweep)),
            cancellation);
        Changed(to);
        Changed(from);
        return moved;
    }

    public ValueTask<IReadOnlyList<string>> OriginsAsync(string queue, CancellationToken cancellation)
        => TextsAsync(QueueCommands.Origins, all => all.With(queue), cancellation);

    public async ValueTask<long> TrimAsync(string queue, long sentBeforeMs, CancellationToken cancellation)
    {
        long removed = 0;
        for (var some = Limits.QueueSweep; some == Limits.QueueSweep; removed += some)
        {
            some = await database.WriteAsync(
                QueueCommands.Trim, all => all.With(queue).With(sentBeforeMs).With(Limits.QueueSweep), cancellation);
        }

        Changed(queue);
        return removed;
    }

    public async ValueTask DeleteQueueAsync(string queue, CancellationToken cancellation)
    {
        await TrimAsync(queue, long.MaxValue, cancellation);
        await database.WriteAsync(QueueCommands.ForgetAll, all => all.With(queue), cancellation);
    }

    private static void AddPut(NpgsqlBatch batch, string queue, IReadOnlyList<QueuePut> messages, long nowMs)
        => batch.Add(QueueCommands.Put)
            .With(queue).With(nowMs)
            .With([.. messages.Select(one => one.Id)])
            .With([.. messages.Select(one => one.DelayMs)])
            .With([.. messages.Select(one => one.Group!)])
            .With([.. messages.Select(one => one.Deduplication!)])
            .With([.. messages.Select(one => one.Attributes)])
            .With([.. messages.Select(one => one.Body)])
            .With((long)Limits.QueueDeduplicationMs);

    private async ValueTask<IReadOnlyList<QueueReceiptState>> EachAsync(
        string queue, List<QueueReceipt> receipts, Action<NpgsqlBatch> add, bool removes, CancellationToken cancellation)
    {
        var states = await database.BatchAsync(
            batch =>
            {
                batch.Add(QueueCommands.Lock).With([.. receipts.Select(one => one.Sequence)]);
                add(batch);
            },
            async rows =>
            {
                await rows.NextResultAsync(CancellationToken.None);
                var found = new List<QueueReceiptState>(receipts.Count);
                var removed = new HashSet<long>();
                while (await rows.ReadAsync(CancellationToken.None))
                {
                    var receipt = receipts[found.Count];
                    var state = removed.Contains(receipt.Sequence) || rows.IsDBNull(0) ? QueueReceiptState.Missing
                        : rows.GetInt64(0) != receipt.Token ? QueueReceiptState.Stale
                        : rows.GetBoolean(1) ? QueueReceiptState.InFlight
                        : QueueReceiptState.Visible;
                    found.Add(state);
                    if (removes && state is (QueueReceiptState.InFlight or QueueReceiptState.Visible))
                    {
                        removed.Add(receipt.Sequence);
                    }
                }

                return found;
            },
            cancellation);
        Changed(queue);
        return states;
    }

    private ValueTask<long?> NumberAsync(string sql, string queue, long nowMs, CancellationToken cancellation)
        => database.ReadAsync(
            sql,
            all => all.With(queue).With(nowMs),
            static async (rows, cancellation) => await rows.ReadAsync(cancellation) && !rows.IsDBNull(0) ? rows.GetInt64(0) : (long?)null,
            cancellation);

    private ValueTask<IReadOnlyList<string>> TextsAsync(string sql, Action<NpgsqlParameterCollection> bind, CancellationToken cancellation)
        => database.ReadAsync(
            sql,
            bind,
            static async (rows, cancellation) =>
            {
                var texts = new List<string>();
                while (await rows.ReadAsync(cancellation))
                {
                    texts.Add(rows.GetString(0));
                }

                return (IReadOnlyList<string>)texts;
            },
            cancellation);

    private void Changed(string queue)
    {
        signals.Changed(queue);
        notifier.AddQueue(queue);
    }
}
