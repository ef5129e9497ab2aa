-- Documents: functions, mappings, streams. Keys compare by their UTF-8 bytes.
CREATE TABLE dispatcher.documents (
    kind     text   COLLATE "C" NOT NULL,
    key      text   COLLATE "C" NOT NULL,
    revision bigint NOT NULL,
    body     bytea  NOT NULL,
    PRIMARY KEY (kind, key)
);

-- Function archives by the SHA-256 of their content (lower-case hex). They are compressed already.
CREATE TABLE dispatcher.blobs (
    sha256  text  COLLATE "C" PRIMARY KEY,
    content bytea NOT NULL
);
ALTER TABLE dispatcher.blobs ALTER COLUMN content SET STORAGE EXTERNAL;

-- Leases and checkpoints. next and body are null until the first checkpoint. Room in the pages keeps updates off the index.
CREATE TABLE dispatcher.checkpoints (
    mapping uuid   NOT NULL,
    shard   text   COLLATE "C" NOT NULL,
    epoch   bigint NOT NULL,
    owner   text   NOT NULL,
    next    bigint,
    body    bytea,
    PRIMARY KEY (mapping, shard)
) WITH (fillfactor = 50);

-- Record logs. A log without a name was deleted and waits for the removal of its records.
CREATE TABLE dispatcher.logs (
    id      bigint  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name    text    COLLATE "C" UNIQUE,
    first   bigint  NOT NULL,
    next    bigint  NOT NULL,
    last_ms bigint  NOT NULL DEFAULT 0,
    sealed  boolean NOT NULL DEFAULT false
) WITH (fillfactor = 25);

-- Times never fall inside a log, so that a time is found by binary search over the positions. Payloads are not compressed:
-- appends and reads cost less that way.
CREATE TABLE dispatcher.records (
    log      bigint NOT NULL,
    position bigint NOT NULL,
    time_ms  bigint NOT NULL,
    key      bytea  NOT NULL,
    data     bytea  NOT NULL,
    PRIMARY KEY (log, position)
);
ALTER TABLE dispatcher.records ALTER COLUMN data SET STORAGE EXTERNAL;

-- Written by the readiness check, so that it notices a full disk or a standby.
CREATE TABLE dispatcher.probe (
    id    integer PRIMARY KEY CHECK (id = 1),
    at_ms bigint  NOT NULL
) WITH (fillfactor = 25);
