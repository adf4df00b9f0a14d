-- A reader may not see system.disks, for it has paths of the server; this has none.
CREATE VIEW IF NOT EXISTS {database}.disks
DEFINER = CURRENT_USER SQL SECURITY DEFINER
AS SELECT name, free_space, total_space
FROM system.disks
COMMENT 'Free and total bytes of each disk of the server that answers';
