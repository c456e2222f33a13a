-- Personal data, and it alone: names, addresses and numbers that events refer to by person id and version. Rows can be erased without
-- touching the ledger.
CREATE TABLE people (
    person_id   TEXT        NOT NULL,
    version     INTEGER     NOT NULL,
    given_name  TEXT        NOT NULL,
    family_name TEXT        NOT NULL,
    email       TEXT,
    -- Lower case, for comparing.
    email_key   TEXT,
    telephone   TEXT,
    job_title   TEXT,
    recorded_at TEXT        NOT NULL,
    PRIMARY KEY (person_id, version)
) STRICT;
CREATE INDEX people_email_key ON people (email_key);

-- Which person signs in as which subject of which issuer.
CREATE TABLE logins (
    issuer      TEXT        NOT NULL,
    subject     TEXT        NOT NULL,
    person_id   TEXT        NOT NULL,
    recorded_at TEXT        NOT NULL,
    PRIMARY KEY (issuer, subject)
) STRICT;
CREATE INDEX logins_person_id ON logins (person_id);

-- From which network address an agreement was accepted.
CREATE TABLE agreement_origins (
    account_id        TEXT        NOT NULL,
    agreement_version TEXT        NOT NULL,
    person_id         TEXT        NOT NULL,
    network_address   TEXT        NOT NULL,
    recorded_at       TEXT        NOT NULL,
    PRIMARY KEY (account_id, agreement_version, person_id)
) STRICT;

-- The secret of an invitation, which staff can read again until it is used. The ledger holds its digest alone.
CREATE TABLE invitation_tokens (
    invitation_id TEXT        PRIMARY KEY,
    token         TEXT        NOT NULL,
    recorded_at   TEXT        NOT NULL
) STRICT;
