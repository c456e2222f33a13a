-- Who acted with a role from their token: staff, auditors and machines. The id is derived from issuer and subject, so that a row proves
-- itself. Name, roles and office are those of the token with which they last changed something.
CREATE TABLE staff (
    person_id   TEXT        PRIMARY KEY,
    issuer      TEXT        NOT NULL,
    subject     TEXT        NOT NULL,
    name        TEXT,
    roles       TEXT        NOT NULL,
    office      TEXT,
    recorded_at TEXT        NOT NULL
) STRICT;
