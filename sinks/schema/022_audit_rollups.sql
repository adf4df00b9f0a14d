ALTER TABLE {database}.audit
    ADD COLUMN IF NOT EXISTS rollups_checked UInt64 COMMENT 'Hours and days compared with what their panes come to' CODEC(T64, ZSTD(1)) AFTER panes_repaired,
    ADD COLUMN IF NOT EXISTS rollups_wrong UInt64 COMMENT 'Hours and days that differed from it at the end: a fault' CODEC(T64, ZSTD(1)) AFTER rollups_checked;
