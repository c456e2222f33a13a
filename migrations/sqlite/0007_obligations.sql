-- The versions of the policy that have been in force. Deadlines go by them, so a version that was in force is never changed.
CREATE TABLE policy_versions (
    version           TEXT    PRIMARY KEY,
    effective_on      TEXT    NOT NULL,
    moves_open_clocks INTEGER NOT NULL,
    policy_values     TEXT    NOT NULL,
    recorded_at       TEXT    NOT NULL
) STRICT;

-- The steps of reminders that were recorded: each of a deadline's last day once. A day that is mended has steps of its own.
CREATE TABLE reminder_steps (
    obligation_id TEXT NOT NULL,
    due_on        TEXT NOT NULL,
    step          TEXT NOT NULL,
    recorded_at   TEXT NOT NULL,
    PRIMARY KEY (obligation_id, due_on, step)
) STRICT;

-- What somebody was told. Persons by id alone.
CREATE TABLE notifications (
    notification_id TEXT PRIMARY KEY,
    person_id       TEXT NOT NULL,
    account_id      TEXT NOT NULL,
    membership_id   TEXT NOT NULL,
    obligation_id   TEXT NOT NULL,
    kind            TEXT NOT NULL,
    due_on          TEXT NOT NULL,
    step            TEXT NOT NULL,
    escalated       INTEGER NOT NULL,
    created_at      TEXT NOT NULL,
    read_at         TEXT,
    UNIQUE (obligation_id, due_on, step, person_id)
) STRICT;
CREATE INDEX notifications_person ON notifications (person_id, notification_id);

-- Letters: the notifications that go out by e-mail. Addresses and words are put together when one is sent.
CREATE TABLE letters (
    notification_id TEXT PRIMARY KEY REFERENCES notifications (notification_id),
    state           TEXT NOT NULL,
    attempts        INTEGER NOT NULL,
    next_attempt_at TEXT NOT NULL,
    settled_at      TEXT
) STRICT;
CREATE INDEX letters_waiting ON letters (state, next_attempt_at, notification_id);
