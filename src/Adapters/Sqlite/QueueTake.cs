using Dispatcher.Contracts;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Adapters.Sqlite;

/// <summary>One receive inside a transaction.</summary>
internal sealed class QueueTake(Connection connection, string queue, QueueReceive how, long nowMs)
{
    private const string Ready = """
        SELECT visible_ms, seq, receives, sent_ms FROM messages INDEXED BY messages_ready
        WHERE queue = ?1 AND visible_ms <= ?2 AND (visible_ms, seq) > (?3, ?4) ORDER BY visible_ms, seq LIMIT ?5
        """;

    private const string Ordered = """
        SELECT visible_ms, seq, grp FROM messages INDEXED BY messages_order
        WHERE queue = ?1 AND grp IS NOT NULL AND seq > ?2 ORDER BY seq LIMIT ?3
        """;

    private const string Hidden = """
        SELECT grp, min(seq), max(token) FROM messages WHERE queue = ?1 AND visible_ms > ?2 AND grp IS NOT NULL GROUP BY grp
        """;

    private const string Look = "SELECT receives, sent_ms FROM messages WHERE seq = ?";

    private const string Take = """
        UPDATE messages SET visible_ms = ?2, token = abs(token) + 1, receives = receives + 1,
            first_ms = CASE WHEN first_ms = 0 THEN ?3 ELSE first_ms END
        WHERE seq = ?1 RETURNING id, token, receives, sent_ms, first_ms, grp, origin, attributes, body
        """;

    private const string Bury = """
        UPDATE messages SET queue = ?2, visible_ms = ?3, token = -abs(token), origin = ?4 WHERE seq = ?1
        """;

    private readonly List<QueueMessage> _taken = [];
    private readonly HashSet<long> _visibleStill = [];
    private (long VisibleMs, long Sequence) _cursor = (long.MinValue, 0);
    private bool _scanned;
    private long _bytes;
    private int _swept;

    /// <summary>Whether messages went to the dead-letter queue.</summary>
    public bool Buried { get; private set; }

    /// <summary>Whether anything was removed or moved, so that others of its group may be free.</summary>
    public bool Swept => _swept > 0;

    /// <summary>Takes what there is.</summary>
    public IReadOnlyList<QueueMessage> Run()
    {
        while (_taken.Count < how.Maximum && _swept < Limits.QueueSweep && _bytes < Limits.ReadBytes
            && Candidates() is { Count: > 0 } found)
        {
            foreach (var one in found)
            {
                Deal(one);
            }
        }

        return _taken;
    }

    /// <summary>From which message on each group is held back: 0 where one of it is in flight, else its first delayed one.</summary>
    public static Dictionary<string, long> HeldGroups(Connection connection, string queue, long nowMs)
    {
        var held = new Dictionary<string, long>();
        using var select = connection.Use(Hidden);
        select.Bind(1, queue).Bind(2, nowMs);
        while (select.Step())
        {
            held[select.Text(0)] = select.Long(2) > 0 ? 0 : select.Long(1);
        }

        return held;
    }

    /// <summary>Messages of free groups, in order, from a place on; stops after so many messages were looked at.</summary>
    public static IEnumerable<long> Free(
        Connection connection, string queue, Dictionary<string, long> held, long after, long nowMs, long scan)
    {
        using var select = connection.Use(Ordered);
        select.Bind(1, queue).Bind(2, after).Bind(3, scan);
        while (select.Step())
        {
            var sequence = select.Long(1);
            if (select.Long(0) <= nowMs && !(held.TryGetValue(select.Text(2), out var from) && sequence >= from))
            {
                yield return sequence;
            }
        }
    }

    private List<(long Sequence, long Receives, long SentMs)> Candidates() => how.Fifo ? InOrder() : AnyOrder();

    private List<(long Sequence, long Receives, long SentMs)> AnyOrder()
    {
        var found = new List<(long, long, long)>();
        using var select = connection.Use(Ready);
        select.Bind(1, queue).Bind(2, nowMs).Bind(3, _cursor.VisibleMs).Bind(4, _cursor.Sequence).Bind(5, how.Maximum - _taken.Count);
        while (select.Step())
        {
            _cursor = (select.Long(0), select.Long(1));
            found.Add((select.Long(1), select.Long(2), select.Long(3)));
        }

        return found;
    }

    private List<(long Sequence, long Receives, long SentMs)> InOrder()
    {
        if (_scanned)
        {
            return []; // the scan reached as far as one receive may go
        }

        _scanned = true;
        var held = HeldGroups(connection, queue, nowMs);
        List<long> free = [.. Free(connection, queue, held, 0, nowMs, Limits.QueueFifoScan).Take(how.Maximum + Limits.QueueSweep)];
        var found = new List<(long, long, long)>(free.Count);
        foreach (var sequence in free)
        {
            using var look = connection.Use(Look);
            look.Bind(1, sequence).Step();
            found.Add((sequence, look.Long(0), look.Long(1)));
        }

        return found;
    }

    private void Deal((long Sequence, long Receives, long SentMs) one)
    {
        if (_taken.Count == how.Maximum || _bytes >= Limits.ReadBytes || _visibleStill.Contains(one.Sequence))
        {
            return;
        }

        if (one.SentMs < how.SentAfterMs)
        {
            _swept++;
            using var delete = connection.Use("DELETE FROM messages WHERE seq = ?");
            delete.Bind(1, one.Sequence).Run();
        }
        else if (how.DeadLetter is { } dead && one.Receives >= dead.MaximumReceives)
        {
            _swept++;
            Buried = true;
            using var bury = connection.Use(Bury);
            bury.Bind(1, one.Sequence).Bind(2, dead.Queue).Bind(3, nowMs).Bind(4, dead.Origin).Run();
        }
        else
        {
            Add(one.Sequence);
        }
    }

    private void Add(long sequence)
    {
        using var take = connection.Use(Take);
        take.Bind(1, sequence).Bind(2, nowMs + how.HideMs).Bind(3, nowMs).Step();
        var message = new QueueMessage(
            new Guid(take.Bytes(0)), new QueueReceipt(sequence, take.Long(1)), take.Bytes(8).ToArray(), take.Bytes(7).ToArray())
        {
            Receives = (int)take.Long(2),
            SentMs = take.Long(3),
            FirstReceiveMs = take.Long(4),
            Group = take.IsNull(5) ? null : take.Text(5),
            Origin = take.IsNull(6) ? null : take.Text(6),
        };
        take.Run();
        _bytes += message.Body.Length + message.Attributes.Length;
        _taken.Add(message);
        if (how.HideMs == 0)
        {
            _visibleStill.Add(sequence); // the next candidates may name it again
        }
    }
}
