-- For a table of an earlier version; a new one has this column from the beginning.
ALTER TABLE {database}.progress
    ADD COLUMN IF NOT EXISTS known_since Map(LowCardinality(String), DateTime('UTC')) COMMENT 'Parts that panes of before then do not know, for the contract did not have them; a part that is not here is known' AFTER beyond;
