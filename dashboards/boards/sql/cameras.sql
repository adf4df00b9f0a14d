-- Known cameras of the chosen districts, the longest silent first; heard of within the last day at most.
SELECT cameras.camera_id AS "Camera", units.name_vi AS "Địa phương", cameras.road AS "Tuyến đường",
    multiIf(
        heard IS NULL, 'Không có dữ liệu',
        dateDiff('second', heard, $__toTime) <= {limit_s}, 'Tốt: có tín hiệu',
        'Xấu: mất tín hiệu') AS "Tình trạng",
    heard AS "Tín hiệu cuối",
    if(heard IS NULL, NULL, detections) AS "Lượt xe"
FROM cameras
LEFT JOIN
(
    SELECT camera_id, toNullable(max(occurred_at)) AS heard, countIf(kind = 'detection') AS detections
    FROM events_{feed} FINAL
    WHERE district IN (${district:singlequote})
        AND occurred_at >= greatest($__fromTime, $__toTime - INTERVAL 1 DAY)
        AND occurred_at <= $__toTime
    GROUP BY camera_id
) AS events USING (camera_id)
INNER JOIN units ON units.code = cameras.district
WHERE cameras.district IN (${district:singlequote})
ORDER BY heard ASC NULLS FIRST, "Camera"
