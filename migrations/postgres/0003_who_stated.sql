-- Who gave these details of a person: the person, or a user of an account that has the person as a contact. Unknown before this step.
ALTER TABLE people ADD COLUMN stated_by TEXT;
