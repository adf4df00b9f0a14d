-- Starts, changes of tables, deployments.
SELECT at AS time,
    concat(
        multiIf(kind = 'start', 'Khởi động: ', kind = 'schema', 'Thay đổi bảng: ', kind = 'deployment', 'Triển khai: ', concat(kind, ': ')),
        part, if(detail = '', '', concat(' (', detail, ')'))) AS text,
    kind AS tags
FROM operations
WHERE $__timeFilter(at)
ORDER BY time, text
LIMIT 200
