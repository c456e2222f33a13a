-- For whom an invitation is meant, in words. Free text may name somebody, so it stands beside the ledger and goes with the secret.
CREATE TABLE invitation_notes (
    invitation_id TEXT        PRIMARY KEY,
    note          TEXT        NOT NULL,
    recorded_at   TIMESTAMPTZ NOT NULL
);
