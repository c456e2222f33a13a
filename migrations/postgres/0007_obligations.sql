-- The versions of the policy that have been in force. Deadlines go by them, so a version that was in force is never changed.
CREATE TABLE policy_versions (
    version           TEXT        PRIMARY KEY,
    effective_on      DATE        NOT NULL,
    moves_open_clocks BOOLEAN     NOT NULL,
    policy_values     TEXT        NOT NULL,
    recorded_at       TIMESTAMPTZ NOT NULL
);
