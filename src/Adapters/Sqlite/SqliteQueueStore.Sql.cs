namespace Dispatcher.Adapters.Sqlite;

/// <content>The statements.</content>
internal sealed partial class SqliteQueueStore
{
    private const string Insert = """
        INSERT INTO messages (queue, visible_ms, token, receives, sent_ms, first_ms, id, grp, attributes, body)
        VALUES (?1, ?2, 0, 0, ?3, 0, ?4, ?5, ?6, ?7)
        """;

    private const string Remember = "INSERT OR REPLACE INTO deduplication (queue, key, seq, id, until_ms) VALUES (?, ?, ?, ?, ?)";
    private const string Known = "SELECT id, seq FROM deduplication WHERE queue = ? AND key = ? AND until_ms > ?";
    private const string Forget = "DELETE FROM deduplication WHERE until_ms <= ?";
    private const string Find = "SELECT token, visible_ms FROM messages WHERE seq = ? AND queue = ?";
    private const string Delete = "DELETE FROM messages WHERE seq = ?";

    private const string Hide = """
        UPDATE messages SET visible_ms = ?2, receives = max(0, receives - ?3),
            first_ms = CASE WHEN receives <= ?3 THEN 0 ELSE first_ms END
        WHERE seq = ?1
        """;

    private const string Count = """
        SELECT total(visible_ms <= ?2), total(visible_ms > ?2 AND token > 0), total(visible_ms > ?2 AND token <= 0)
        FROM messages INDEXED BY messages_ready WHERE queue = ?1
        """;

    private const string First = "SELECT visible_ms FROM messages INDEXED BY messages_ready WHERE queue = ? AND visible_ms > ? ORDER BY visible_ms LIMIT 1";

    private const string Move = """
        UPDATE messages SET queue = ?2, id = randomblob(16), visible_ms = ?3, sent_ms = ?3, token = -abs(token), receives = 0,
            first_ms = 0, origin = NULL
        WHERE seq IN (SELECT seq FROM messages WHERE queue = ?1 AND visible_ms <= ?3 AND (?4 = '' OR origin = ?4)
            ORDER BY visible_ms, seq LIMIT ?5)
        """;

    private const string Trim = """
        DELETE FROM messages WHERE seq IN (SELECT seq FROM messages INDEXED BY messages_sent WHERE queue = ? AND sent_ms < ? LIMIT ?)
        """;

    /// <summary>One step into the index for each queue, however many messages there are.</summary>
    private const string Names = """
        WITH RECURSIVE found(queue) AS (
            SELECT (SELECT queue FROM messages INDEXED BY messages_ready WHERE queue >= ?1 AND queue < ?2 ORDER BY queue LIMIT 1)
            UNION ALL
            SELECT (SELECT m.queue FROM messages m INDEXED BY messages_ready WHERE m.queue > found.queue AND m.queue < ?2 ORDER BY m.queue LIMIT 1)
            FROM found WHERE found.queue IS NOT NULL)
        SELECT queue FROM found WHERE queue IS NOT NULL
        """;
}
