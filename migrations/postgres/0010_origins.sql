-- The network address from which an agreement was accepted is proven by its event, which has a digest of salt and address. Acceptances from
-- before this step have no salt and no digest.
ALTER TABLE agreement_origins ADD COLUMN salt TEXT NOT NULL DEFAULT '';

-- The head says when its event was recorded. Batches without an event used to move that on.
UPDATE ledger_head SET recorded_at = COALESCE(
    (SELECT e.recorded_at FROM events e WHERE e.position = ledger_head.position AND e.hash = ledger_head.hash),
    CASE position WHEN 0 THEN '1970-01-01T00:00:00Z'::timestamptz ELSE recorded_at END
);
