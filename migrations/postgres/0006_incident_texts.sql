-- What people write about an incident, in words. It may name drivers and witnesses, so it stands beside the ledger and can be erased.
CREATE TABLE incident_texts (
    incident_id TEXT        NOT NULL,
    number      BIGINT      NOT NULL,
    salt        TEXT        NOT NULL,
    text        TEXT        NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (incident_id, number)
);
