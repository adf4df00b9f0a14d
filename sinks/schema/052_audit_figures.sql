ALTER TABLE {database}.audit
    COMMENT COLUMN IF EXISTS rollups_checked 'Hours and days compared with the sum of their panes, and figures of periods with these',
    COMMENT COLUMN IF EXISTS rollups_wrong 'Those that differed at the end of the audit: a fault';
