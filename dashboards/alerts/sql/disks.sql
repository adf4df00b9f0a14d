-- A disk, and the MB that are free on it.
SELECT name AS disk, free_space / 1e6 AS free_mb
FROM disks
