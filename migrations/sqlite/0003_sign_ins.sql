-- As whom the contacts of an account sign in. A contact is a person of one account; the same subject may be a contact of several. The
-- ledger has a digest of salt, issuer and subject. Sign-ins from before this step have no salt and no event.
CREATE TABLE sign_ins (
    account_id  TEXT        NOT NULL,
    person_id   TEXT        NOT NULL,
    issuer      TEXT        NOT NULL,
    subject     TEXT        NOT NULL,
    salt        TEXT        NOT NULL,
    recorded_at TEXT        NOT NULL,
    PRIMARY KEY (account_id, person_id)
) STRICT;
CREATE INDEX sign_ins_subject ON sign_ins (issuer, subject);
CREATE INDEX sign_ins_person_id ON sign_ins (person_id);
INSERT INTO sign_ins (account_id, person_id, issuer, subject, salt, recorded_at)
SELECT DISTINCT e.aggregate_id, l.person_id, l.issuer, l.subject, '', l.recorded_at
FROM logins l JOIN events e ON e.event_type IN ('account.registered', 'account.contact_added') AND e.payload ->> '$.contact.person_id' = l.person_id
WHERE true
ON CONFLICT DO NOTHING;
DROP TABLE logins;
