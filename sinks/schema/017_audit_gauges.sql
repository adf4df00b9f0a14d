-- For tables of earlier versions; new ones have these columns from the beginning.
ALTER TABLE {database}.audit
    ADD COLUMN IF NOT EXISTS gauges_checked UInt64 COMMENT 'Parts of gauges compared with their recount from the archive' CODEC(T64, ZSTD(1)) AFTER panes_repaired,
    ADD COLUMN IF NOT EXISTS gauges_wrong UInt64 COMMENT 'Parts of gauges that differed from their recount: a fault' CODEC(T64, ZSTD(1)) AFTER gauges_checked,
    ADD COLUMN IF NOT EXISTS gauges_repaired UInt64 COMMENT 'Wrong ones that were correct at the end of the audit' CODEC(T64, ZSTD(1)) AFTER gauges_wrong;
