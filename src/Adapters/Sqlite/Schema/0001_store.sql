-- Documents: functions, mappings, streams. Keys compare by their UTF-8 bytes.
CREATE TABLE documents (
    kind     TEXT    NOT NULL,
    key      TEXT    NOT NULL,
    revision INTEGER NOT NULL,
    body     BLOB    NOT NULL,
    PRIMARY KEY (kind, key)
) WITHOUT ROWID;

-- Function archives by the SHA-256 of their content (lower-case hex).
CREATE TABLE blobs (
    sha256  TEXT NOT NULL UNIQUE,
    content BLOB NOT NULL
);

-- Leases and checkpoints. next and body are null until the first checkpoint.
CREATE TABLE checkpoints (
    mapping TEXT    NOT NULL,
    shard   TEXT    NOT NULL,
    epoch   INTEGER NOT NULL,
    owner   TEXT    NOT NULL,
    next    INTEGER,
    body    BLOB,
    PRIMARY KEY (mapping, shard)
) WITHOUT ROWID;

-- Record logs. A log without a name was deleted and waits for the removal of its records.
CREATE TABLE logs (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    name    TEXT UNIQUE,
    first   INTEGER NOT NULL,
    next    INTEGER NOT NULL,
    last_ms INTEGER NOT NULL,
    sealed  INTEGER NOT NULL
);

-- Times never fall inside a log, so that a time is found by binary search over the positions.
CREATE TABLE records (
    log      INTEGER NOT NULL,
    position INTEGER NOT NULL,
    time_ms  INTEGER NOT NULL,
    key      BLOB    NOT NULL,
    data     BLOB    NOT NULL,
    PRIMARY KEY (log, position)
) WITHOUT ROWID;

-- Written by the readiness check, so that it notices a full or read-only disk.
CREATE TABLE probe (
    id    INTEGER PRIMARY KEY CHECK (id = 1),
    at_ms INTEGER NOT NULL
);
