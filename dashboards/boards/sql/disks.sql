-- The room on each disk of ClickHouse, the fullest first.
SELECT name AS "Đĩa", free_space / total_space AS "Còn trống", free_space / 1e9 AS "Còn trống (GB)",
    total_space / 1e9 AS "Tổng (GB)"
FROM disks
ORDER BY "Còn trống"
