-- When a user who had accepted roles left the account. As whom they signed in is kept, until they are erased: whoever served a company has a
-- conflict of interest in its affairs, also after leaving it.
ALTER TABLE sign_ins ADD COLUMN left_at TIMESTAMPTZ;
