-- What the chosen districts reached of what is measured, by month of the time range.
WITH
    chosen AS
    (
        {chosen}
    ),
    scored AS
    (
        {scored}
    )
SELECT toDateTime(scored.month, 'Asia/Ho_Chi_Minh') AS time, chosen.name_vi AS series,
    sum(scored.points) / sumIf(scored.full_points, scored.points IS NOT NULL) AS "Đạt"
FROM scored
INNER JOIN chosen ON chosen.code = scored.district
GROUP BY time, series
HAVING sumIf(scored.full_points, scored.points IS NOT NULL) > 0
ORDER BY time, series
LIMIT 1000
