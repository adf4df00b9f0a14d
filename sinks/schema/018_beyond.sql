-- For tables of earlier versions; new ones have this column from the beginning.
ALTER TABLE {database}.progress
    ADD COLUMN IF NOT EXISTS beyond UInt64 COMMENT 'Late events that came too late for any pane, since the log began' AFTER late;
