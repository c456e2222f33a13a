-- When the user accepted the roles that an account had granted. Only these are looked up at each request, so that it costs nobody anything
-- to be named by companies that they have nothing to do with. Whether a user has accepted is what the ledger says (account_users); of
-- sign-ins from before this step it alone decides.
ALTER TABLE sign_ins ADD COLUMN accepted_at TEXT;
UPDATE sign_ins SET accepted_at = recorded_at;
CREATE INDEX sign_ins_accepted ON sign_ins (issuer, subject) WHERE accepted_at IS NOT NULL;
DROP INDEX sign_ins_subject;
CREATE INDEX sign_ins_subject ON sign_ins (issuer, subject, account_id);
CREATE INDEX staff_subject ON staff (issuer, subject);
