-- For tables of earlier versions; new ones have this column from the beginning.
ALTER TABLE {database}.progress
    ADD COLUMN IF NOT EXISTS known_since Map(LowCardinality(String), DateTime('UTC')) COMMENT 'Parts that older panes do not know, because the contract lacked them, with the first minute that knows them; all panes know the other parts' AFTER beyond;
