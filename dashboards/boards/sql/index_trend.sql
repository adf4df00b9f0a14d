-- What the chosen districts reached of what is measured, by month of the time range; of many those that
-- reached least in their last month.
WITH
    chosen AS
    (
        {chosen}
    ),
    scored AS
    (
        {scored}
    ),
    reached AS
    (
        SELECT district, month, sum(points) / sumIf(full_points, points IS NOT NULL) AS share
        FROM scored
        GROUP BY district, month
        HAVING sumIf(full_points, points IS NOT NULL) > 0
    ),
    shown AS
    (
        SELECT chosen.code AS code, chosen.name_vi AS name_vi
        FROM chosen
        LEFT JOIN (SELECT district, toNullable(argMax(share, month)) AS last FROM reached GROUP BY district) AS newest
            ON newest.district = chosen.code
        ORDER BY newest.last ASC NULLS LAST, name_vi
        LIMIT {most}
    )
SELECT toDateTime(reached.month, 'Asia/Ho_Chi_Minh') AS time, shown.name_vi AS series, reached.share AS "Đạt"
FROM reached
INNER JOIN shown ON shown.code = reached.district
ORDER BY time, series
