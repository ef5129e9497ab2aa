-- Messages of embedded queues, by the id of their queue. seq is the order of arrival over all queues.
-- token counts the receives of a message: above 0 where it was received in this queue, at or below where it was not yet.
CREATE SEQUENCE dispatcher.message_seq;

CREATE TABLE dispatcher.messages (
    seq        bigint  PRIMARY KEY,
    queue      text    COLLATE "C" NOT NULL,
    visible_ms bigint  NOT NULL,
    token      bigint  NOT NULL DEFAULT 0,
    receives   integer NOT NULL DEFAULT 0,
    sent_ms    bigint  NOT NULL,
    first_ms   bigint  NOT NULL DEFAULT 0,
    id         uuid    NOT NULL,
    grp        text    COLLATE "C",
    origin     text    COLLATE "C",
    attributes bytea   NOT NULL,
    body       bytea   NOT NULL
);
ALTER TABLE dispatcher.messages ALTER COLUMN body SET STORAGE EXTERNAL;

CREATE INDEX messages_ready ON dispatcher.messages (queue, visible_ms, seq);
CREATE INDEX messages_order ON dispatcher.messages (queue, seq) WHERE grp IS NOT NULL;
CREATE INDEX messages_sent ON dispatcher.messages (queue, sent_ms);

-- Deduplication ids of the last minutes.
CREATE TABLE dispatcher.deduplication (
    queue    text   COLLATE "C" NOT NULL,
    key      text   COLLATE "C" NOT NULL,
    seq      bigint NOT NULL,
    id       uuid   NOT NULL,
    until_ms bigint NOT NULL,
    PRIMARY KEY (queue, key)
);
CREATE INDEX deduplication_until ON dispatcher.deduplication (until_ms);
