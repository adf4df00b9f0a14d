-- The last starts, changes of tables, deployments, routes of the sink that were parked or go on.
SELECT at AS time,
    concat(
        multiIf(kind = 'start', 'Khởi động: ', kind = 'schema', 'Thay đổi bảng: ', kind = 'deployment', 'Triển khai: ', kind = 'parked', 'Tạm dừng tuyến ghi: ', kind = 'resumed', 'Tuyến ghi chạy lại: ', concat(kind, ': ')),
        part, if(detail = '', '', concat(' (', detail, ')'))) AS text,
    kind AS tags
FROM operations
WHERE $__timeFilter(at)
ORDER BY time DESC, text
LIMIT 200
