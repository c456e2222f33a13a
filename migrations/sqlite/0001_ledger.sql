-- The ledger: one order, one chain. Rows of `events` are inserted by the writer and never changed.
CREATE TABLE events (
    -- The row id: reading the feed is reading the table in its own order.
    position       INTEGER     PRIMARY KEY,
    event_id       TEXT        NOT NULL,
    aggregate_type TEXT        NOT NULL,
    aggregate_id   TEXT        NOT NULL,
    sequence       INTEGER     NOT NULL,
    event_type     TEXT        NOT NULL,
    event_version  TEXT        NOT NULL,
    -- The canonical text that was hashed, to the byte.
    payload        TEXT        NOT NULL,
    metadata       TEXT        NOT NULL,
    occurred_at    TEXT        NOT NULL,
    recorded_at    TEXT        NOT NULL,
    hash           TEXT        NOT NULL,
    UNIQUE (aggregate_type, aggregate_id, sequence)
) STRICT;
CREATE INDEX events_type ON events (event_type, position);
CREATE INDEX events_aggregate ON events (aggregate_id, position);

-- One row: the last position and hash. Whoever appends holds it locked, so several processes take turns.
CREATE TABLE ledger_head (
    id          INTEGER     PRIMARY KEY CHECK (id = 1),
    position    INTEGER     NOT NULL,
    hash        TEXT        NOT NULL,
    recorded_at TEXT        NOT NULL,
    -- Names and versions of the read models that every writer has to keep.
    projections TEXT        NOT NULL
) STRICT;
INSERT INTO ledger_head (id, position, hash, recorded_at, projections)
VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000', '1970-01-01T00:00:00+00:00', '');

-- The answer to a request that carried an Idempotency-Key, stored with the events it led to.
CREATE TABLE idempotency_keys (
    scope       TEXT        PRIMARY KEY,
    fingerprint TEXT        NOT NULL,
    outcome     TEXT        NOT NULL,
    recorded_at TEXT        NOT NULL
) STRICT;
CREATE INDEX idempotency_keys_recorded_at ON idempotency_keys (recorded_at);

-- Read models that are live.
CREATE TABLE projections (
    name     TEXT   PRIMARY KEY,
    version  INTEGER NOT NULL,
    position INTEGER NOT NULL
) STRICT;

-- Rebuilds and checks under way, so that one that was stopped goes on where it was.
CREATE TABLE projection_rebuilds (
    name       TEXT   NOT NULL,
    purpose    TEXT   NOT NULL,
    version    INTEGER NOT NULL,
    position   INTEGER NOT NULL,
    PRIMARY KEY (name, purpose)
) STRICT;

-- How far each follower of the feed has come.
CREATE TABLE followers (
    name       TEXT        PRIMARY KEY,
    position   INTEGER     NOT NULL,
    updated_at TEXT        NOT NULL
) STRICT;
