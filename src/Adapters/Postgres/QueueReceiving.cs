using Dispatcher.Contracts;
using Dispatcher.Contracts.Store;
using Npgsql;

namespace Dispatcher.Adapters.Postgres;

/// <summary>One receive: as many transactions as it takes to get past messages that are too old or were received too often.</summary>
internal sealed class QueueReceiving(PostgresDatabase database, string queue, QueueReceive how, long nowMs)
{
    private readonly List<QueueMessage> _taken = [];
    private readonly List<long> _sequences = [];
    private long _removed;
    private long _buried;

    /// <summary>Whether messages went to the dead-letter queue.</summary>
    public bool Buried => _buried > 0;

    /// <summary>Whether anything was removed or moved, so that others of its group may be free.</summary>
    public bool Swept => _removed + _buried > 0;

    /// <summary>Takes what there is.</summary>
    public async ValueTask<IReadOnlyList<QueueMessage>> RunAsync(CancellationToken cancellation)
    {
        long before;
        do
        {
            before = _removed + _buried;
            await database.BatchAsync(Prepare, ReadAsync, cancellation);
        }
        while (_removed + _buried > before && _removed + _buried < Limits.QueueSweep && _taken.Count < how.Maximum);
        return _taken;
    }

    private void Prepare(NpgsqlBatch batch)
    {
        if (how.Fifo)
        {
            batch.Add(QueueCommands.Serialize).With(queue);
        }

        batch.Add(how.Fifo ? QueueCommands.ReceiveInOrder : QueueCommands.ReceiveAny)
            .With(queue).With(nowMs).With(_sequences).With(how.Maximum - _taken.Count).With(how.SentAfterMs)
            .With(how.DeadLetter?.MaximumReceives ?? int.MaxValue).With(how.DeadLetter?.Queue ?? "").With(how.DeadLetter?.Origin ?? "")
            .With(how.HideMs).With((long)Limits.ReadBytes);
    }

    private async Task<bool> ReadAsync(NpgsqlDataReader rows)
    {
        if (how.Fifo)
        {
            await rows.NextResultAsync(CancellationToken.None);
        }

        var counted = false;
        while (await rows.ReadAsync(CancellationToken.None))
        {
            if (!counted)
            {
                (_removed, _buried, counted) = (_removed + rows.GetInt64(0), _buried + rows.GetInt64(1), true);
            }

            if (!rows.IsDBNull(2))
            {
                _taken.Add(Read(rows));
                _sequences.Add(rows.GetInt64(2));
            }
        }

        return true;
    }

    private static QueueMessage Read(NpgsqlDataReader row) => new(
        row.GetGuid(3),
        new QueueReceipt(row.GetInt64(2), row.GetInt64(4)),
        row.GetFieldValue<byte[]>(11),
        row.GetFieldValue<byte[]>(10))
    {
        Receives = row.GetInt32(5),
        SentMs = row.GetInt64(6),
        FirstReceiveMs = row.GetInt64(7),
        Group = row.IsDBNull(8) ? null : row.GetString(8),
        Origin = row.IsDBNull(9) ? null : row.GetString(9),
    };
}
