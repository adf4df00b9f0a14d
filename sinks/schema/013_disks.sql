-- Readers may not see system.disks, which shows paths of the server; this view shows none.
CREATE VIEW IF NOT EXISTS {database}.disks
(
    name String COMMENT 'The server''s name of the disk',
    free_space UInt64 COMMENT 'Free bytes',
    total_space UInt64 COMMENT 'Total bytes'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT name, free_space, total_space
FROM system.disks
COMMENT 'Disks of the server that answers';
