-- A reader may not see system.disks, because it shows paths of the server; this view shows none.
CREATE VIEW IF NOT EXISTS {database}.disks
(
    name String COMMENT 'What the server calls the disk',
    free_space UInt64 COMMENT 'Free, bytes',
    total_space UInt64 COMMENT 'In all, bytes'
)
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT name, free_space, total_space
FROM system.disks
COMMENT 'Disks of the server that answers';
