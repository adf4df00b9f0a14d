ALTER TABLE {database}.audit
    COMMENT COLUMN IF EXISTS rollups_checked 'Hours and days compared with what their panes come to, and figures of periods with these',
    COMMENT COLUMN IF EXISTS rollups_wrong 'Those of them that differed from it at the end: a fault';
