-- Messages of embedded queues, by the id of their queue. seq is the order of arrival over all queues.
-- token counts the receives of a message: above 0 where it was received in this queue, at or below where it was not yet.
CREATE TABLE messages (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    queue      TEXT    NOT NULL,
    visible_ms INTEGER NOT NULL,
    token      INTEGER NOT NULL,
    receives   INTEGER NOT NULL,
    sent_ms    INTEGER NOT NULL,
    first_ms   INTEGER NOT NULL,
    id         BLOB    NOT NULL,
    grp        TEXT,
    origin     TEXT,
    attributes BLOB    NOT NULL,
    body       BLOB    NOT NULL
);

CREATE INDEX messages_ready ON messages (queue, visible_ms, seq, token);

CREATE INDEX messages_order ON messages (queue, seq, grp, visible_ms, token) WHERE grp IS NOT NULL;

CREATE INDEX messages_sent ON messages (queue, sent_ms);

-- Deduplication ids of the last minutes.
CREATE TABLE deduplication (
    queue    TEXT    NOT NULL,
    key      TEXT    NOT NULL,
    seq      INTEGER NOT NULL,
    id       BLOB    NOT NULL,
    until_ms INTEGER NOT NULL,
    PRIMARY KEY (queue, key)
) WITHOUT ROWID;

CREATE INDEX deduplication_until ON deduplication (until_ms);
