ALTER TABLE {database}.audit
    ADD COLUMN IF NOT EXISTS rollups_checked UInt64 COMMENT 'Hours and days compared with the sum of their panes' CODEC(T64, ZSTD(1)) AFTER panes_repaired,
    ADD COLUMN IF NOT EXISTS rollups_wrong UInt64 COMMENT 'Hours and days that differed at the end of the audit: a fault' CODEC(T64, ZSTD(1)) AFTER rollups_checked;
