using Dispatcher.Contracts;

namespace Dispatcher.Adapters.Postgres;

/// <summary>The statements on queues. Rows that several statements change are locked in the order of their numbers.</summary>
internal static class QueueCommands
{
    // First: the statements below are made of it in this order.
    private static readonly string s_free = $"""
        SELECT o.seq FROM (
            SELECT seq, grp, visible_ms FROM dispatcher.messages WHERE queue = $1 AND grp IS NOT NULL ORDER BY seq LIMIT {Limits.QueueFifoScan}) o
        LEFT JOIN held h ON h.grp = o.grp
        WHERE o.visible_ms <= $2 AND (h.grp IS NULL OR o.seq < h.start) ORDER BY o.seq
        """;

    /// <summary>One at a time for what depends on the order or the memory of a queue, over all processes.</summary>
    public const string Serialize = "SELECT pg_advisory_xact_lock(hashtextextended($1, 1366648181))";

    /// <summary>Stores messages but duplicates; tells the id and number of each, or of the first of its key.</summary>
    public const string Put = """
        WITH given AS (
            SELECT *, min(n) OVER (PARTITION BY key) AS first
            FROM unnest($3, $4, $5, $6, $7, $8) WITH ORDINALITY AS g(id, delay, grp, key, attributes, body, n)
        ), known AS (
            SELECT key, id, seq FROM dispatcher.deduplication
            WHERE queue = $1 AND key IN (SELECT key FROM given WHERE key IS NOT NULL) AND until_ms > $2
        ), numbered AS (
            SELECT nextval('dispatcher.message_seq') AS seq, f.* FROM (
                SELECT * FROM given g
                WHERE g.key IS NULL OR (g.n = g.first AND NOT EXISTS (SELECT FROM known k WHERE k.key = g.key)) ORDER BY g.n) f
        ), stored AS (
            INSERT INTO dispatcher.messages (seq, queue, visible_ms, sent_ms, id, grp, attributes, body)
            SELECT seq, $1, $2 + delay, $2, id, grp, attributes, body FROM numbered
        ), remembered AS (
            INSERT INTO dispatcher.deduplication (queue, key, seq, id, until_ms)
            SELECT $1, key, seq, id, $2 + $9 FROM numbered WHERE key IS NOT NULL
            ON CONFLICT (queue, key) DO UPDATE SET seq = excluded.seq, id = excluded.id, until_ms = excluded.until_ms
        )
        SELECT coalesce(k.id, f.id), coalesce(k.seq, f.seq), f.n IS DISTINCT FROM g.n
        FROM given g LEFT JOIN known k ON k.key = g.key LEFT JOIN numbered f ON f.n = g.n OR f.key = g.key
        ORDER BY g.n
        """;

    /// <summary>The queues with messages between two ids: one step into the index for each, however many messages there are.</summary>
    public const string Names = """
        WITH RECURSIVE found(queue) AS (
            SELECT (SELECT queue FROM dispatcher.messages WHERE queue >= $1 AND queue < $2 ORDER BY queue LIMIT 1)
            UNION ALL
            SELECT (SELECT m.queue FROM dispatcher.messages m WHERE m.queue > found.queue AND m.queue < $2 ORDER BY m.queue LIMIT 1)
            FROM found WHERE found.queue IS NOT NULL)
        SELECT queue FROM found WHERE queue IS NOT NULL
        """;

    /// <summary>Forgets deduplication keys whose time is over.</summary>
    public const string Forget = """
        DELETE FROM dispatcher.deduplication WHERE (queue, key) IN (
            SELECT queue, key FROM dispatcher.deduplication WHERE until_ms <= $1 ORDER BY until_ms LIMIT $2 FOR UPDATE SKIP LOCKED)
        """;

    /// <summary>Receives from a queue without order: what others hold just now is passed over.</summary>
    public const string ReceiveAny = $"""
        WITH candidates AS MATERIALIZED (
            SELECT seq, visible_ms AS place, {Fate} FROM dispatcher.messages
            WHERE queue = $1 AND visible_ms <= $2 AND seq <> ALL($3)
            ORDER BY visible_ms, seq LIMIT $4 FOR UPDATE SKIP LOCKED
        ), {Deal}
        """;

    /// <summary>Receives in order; groups of which something is in flight are passed over. Needs <see cref="Serialize"/>.</summary>
    public static readonly string ReceiveInOrder = $"""
        WITH held AS (
            {Held}
        ), free AS (
            {s_free} LIMIT $4
        ), candidates AS MATERIALIZED (
            SELECT seq, 0::bigint AS place, {Fate} FROM dispatcher.messages
            WHERE seq IN (SELECT seq FROM free) AND queue = $1 AND visible_ms <= $2 AND seq <> ALL($3)
            ORDER BY seq FOR UPDATE
        ), {Deal}
        """;

    /// <summary>Whether something of a queue with order can be received.</summary>
    public static readonly string AnyFree = $"""
        WITH held AS (
            {Held}
        ), free AS (
            {s_free} LIMIT 1
        )
        SELECT seq FROM free
        """;

    /// <summary>Whether something of a queue without order can be received.</summary>
    public const string AnyReady = "SELECT seq FROM dispatcher.messages WHERE queue = $1 AND visible_ms <= $2 LIMIT 1";

    /// <summary>When the next message becomes visible by itself.</summary>
    public const string NextVisible = "SELECT min(visible_ms) FROM dispatcher.messages WHERE queue = $1 AND visible_ms > $2";

    /// <summary>Locks messages in one order.</summary>
    public const string Lock = "SELECT 1 FROM dispatcher.messages WHERE seq = ANY($1) ORDER BY seq FOR UPDATE";

    /// <summary>Removes messages whose receipt is the newest; tells what was found.</summary>
    public const string Delete = """
        WITH given AS (
            SELECT * FROM unnest($3, $4) WITH ORDINALITY AS g(seq, token, n)
        ), removed AS (
            DELETE FROM dispatcher.messages m USING given g WHERE m.seq = g.seq AND m.token = g.token AND m.queue = $1
        )
        SELECT m.token, m.visible_ms > $2 FROM given g LEFT JOIN dispatcher.messages m ON m.seq = g.seq AND m.queue = $1 ORDER BY g.n
        """;

    /// <summary>Hides messages in flight whose receipt is the newest; tells what was found.</summary>
    public const string Hide = """
        WITH given AS (
            SELECT * FROM unnest($3, $4, $5, $6) WITH ORDINALITY AS g(seq, token, delay, uncount, n)
        ), hidden AS (
            UPDATE dispatcher.messages m SET visible_ms = $2 + g.delay, receives = greatest(0, m.receives - g.uncount),
                first_ms = CASE WHEN m.receives <= g.uncount THEN 0 ELSE m.first_ms END
            FROM given g WHERE m.seq = g.seq AND m.token = g.token AND m.queue = $1 AND m.visible_ms > $2
        )
        SELECT m.token, m.visible_ms > $2 FROM given g LEFT JOIN dispatcher.messages m ON m.seq = g.seq AND m.queue = $1 ORDER BY g.n
        """;

    /// <summary>Counts.</summary>
    public const string Count = """
        SELECT count(*) FILTER (WHERE visible_ms <= $2), count(*) FILTER (WHERE visible_ms > $2 AND token > 0),
               count(*) FILTER (WHERE visible_ms > $2 AND token <= 0)
        FROM dispatcher.messages WHERE queue = $1
        """;

    /// <summary>Moves visible messages as new ones.</summary>
    public const string Move = """
        UPDATE dispatcher.messages SET queue = $2, id = gen_random_uuid(), visible_ms = $3, sent_ms = $3, token = -abs(token),
            receives = 0, first_ms = 0, origin = NULL
        WHERE seq IN (SELECT seq FROM dispatcher.messages WHERE queue = $1 AND visible_ms <= $3 AND ($4 = '' OR origin = $4)
            ORDER BY visible_ms, seq LIMIT $5 FOR UPDATE SKIP LOCKED)
        """;

    /// <summary>The origins of dead letters.</summary>
    public const string Origins = "SELECT DISTINCT origin FROM dispatcher.messages WHERE queue = $1 AND origin IS NOT NULL";

    /// <summary>Removes some old messages.</summary>
    public const string Trim = """
        DELETE FROM dispatcher.messages WHERE seq IN (
            SELECT seq FROM dispatcher.messages WHERE queue = $1 AND sent_ms < $2 ORDER BY seq LIMIT $3 FOR UPDATE)
        """;

    /// <summary>Forgets all deduplication keys of a queue.</summary>
    public const string ForgetAll = "DELETE FROM dispatcher.deduplication WHERE queue = $1";

    private const string Fate = """
        sent_ms < $5 AS old, sent_ms >= $5 AND receives >= $6 AS dead, octet_length(body) + octet_length(attributes) AS bytes
        """;

    // From which message on each group is held back: 0 where one of it is in flight, else its first delayed one.
    private const string Held = """
        SELECT grp, CASE WHEN max(token) > 0 THEN 0 ELSE min(seq) END AS start FROM dispatcher.messages
        WHERE queue = $1 AND visible_ms > $2 AND grp IS NOT NULL GROUP BY grp
        """;

    // Those that are too old are removed, those received too often buried, the others taken up to so many bytes.
    private const string Deal = """
        removed AS (
            DELETE FROM dispatcher.messages m USING candidates c WHERE m.seq = c.seq AND c.old RETURNING 1
        ), buried AS (
            UPDATE dispatcher.messages m SET queue = $7, visible_ms = $2, token = -abs(m.token), origin = $8
            FROM candidates c WHERE m.seq = c.seq AND c.dead RETURNING 1
        ), wanted AS (
            SELECT seq, place, sum(bytes) OVER (ORDER BY place, seq ROWS UNBOUNDED PRECEDING) - bytes AS before
            FROM candidates WHERE NOT old AND NOT dead
        ), taken AS (
            UPDATE dispatcher.messages m SET visible_ms = $2 + $9, token = abs(m.token) + 1, receives = m.receives + 1,
                first_ms = CASE WHEN m.first_ms = 0 THEN $2 ELSE m.first_ms END
            FROM wanted w WHERE m.seq = w.seq AND w.before < $10
            RETURNING w.place, m.seq, m.id, m.token, m.receives, m.sent_ms, m.first_ms, m.grp, m.origin, m.attributes, m.body
        )
        SELECT r.n, b.n, t.seq, t.id, t.token, t.receives, t.sent_ms, t.first_ms, t.grp, t.origin, t.attributes, t.body
        FROM (SELECT count(*) AS n FROM removed) r CROSS JOIN (SELECT count(*) AS n FROM buried) b LEFT JOIN taken t ON true
        ORDER BY t.place, t.seq
        """;
}
