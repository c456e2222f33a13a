-- The ledger: one order, one chain. Rows of `events` are inserted by the writer and never changed.
CREATE TABLE events (
    position       BIGINT      NOT NULL,
    event_id       TEXT        NOT NULL,
    aggregate_type TEXT        NOT NULL,
    aggregate_id   TEXT        NOT NULL,
    sequence       BIGINT      NOT NULL,
    event_type     TEXT        NOT NULL,
    event_version  TEXT        NOT NULL,
    -- json, not jsonb: the canonical text that was hashed is kept to the byte.
    payload        JSON        NOT NULL,
    metadata       JSON        NOT NULL,
    occurred_at    TIMESTAMPTZ NOT NULL,
    recorded_at    TIMESTAMPTZ NOT NULL,
    hash           TEXT        NOT NULL,
    PRIMARY KEY (aggregate_type, aggregate_id, sequence)
);
CREATE UNIQUE INDEX events_position ON events (position);
CREATE INDEX events_type ON events (event_type, position);
CREATE INDEX events_aggregate ON events (aggregate_id, position);

-- One row: the last position and hash. Whoever appends holds it locked, so several processes take turns.
CREATE TABLE ledger_head (
    id          INTEGER     PRIMARY KEY CHECK (id = 1),
    position    BIGINT      NOT NULL,
    hash        TEXT        NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    -- Names and versions of the read models that every writer has to keep.
    projections TEXT        NOT NULL
);
INSERT INTO ledger_head (id, position, hash, recorded_at, projections)
VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000', '1970-01-01T00:00:00Z', '');

-- The answer to a request that carried an Idempotency-Key, stored with the events it led to.
CREATE TABLE idempotency_keys (
    scope       TEXT        PRIMARY KEY,
    fingerprint TEXT        NOT NULL,
    outcome     TEXT        NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX idempotency_keys_recorded_at ON idempotency_keys (recorded_at);

-- Read models that are live.
CREATE TABLE projections (
    name     TEXT   PRIMARY KEY,
    version  BIGINT NOT NULL,
    position BIGINT NOT NULL
);

-- Rebuilds and checks under way, so that one that was stopped goes on where it was.
CREATE TABLE projection_rebuilds (
    name       TEXT   NOT NULL,
    purpose    TEXT   NOT NULL,
    version    BIGINT NOT NULL,
    position   BIGINT NOT NULL,
    PRIMARY KEY (name, purpose)
);

-- How far each follower of the feed has come.
CREATE TABLE followers (
    name       TEXT        PRIMARY KEY,
    position   BIGINT      NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);
