-- For a table of an earlier version; a new one has this column from the beginning.
ALTER TABLE {database}.progress
    ADD COLUMN IF NOT EXISTS beyond UInt64 COMMENT 'Those of the late that came too late for any pane, since the log began' AFTER late;
