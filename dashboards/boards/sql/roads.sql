-- Roads of the chosen districts over the last day of the time range at most, from the archive.
SELECT road AS "Tuyến đường",
    countIf(kind = 'detection') AS "Lượt xe",
    quantileIf(0.85)(speed_kmh, kind = 'detection') AS "Tốc độ (p85)",
    countIf(violation IS NOT NULL AND kind = 'detection') AS "Nghi vấn",
    countIf(review = 'confirmed') AS "Xác nhận",
    countIf(review = 'rejected') AS "Loại bỏ"
FROM events_{feed} FINAL
WHERE district IN (${district:singlequote})
    AND kind IN ('detection', 'review')
    AND occurred_at >= greatest($__fromTime, $__toTime - INTERVAL 1 DAY)
    AND occurred_at <= $__toTime
GROUP BY road
ORDER BY "Xác nhận" DESC, "Lượt xe" DESC, road
LIMIT 200
