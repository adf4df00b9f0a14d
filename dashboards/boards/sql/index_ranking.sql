-- The chosen districts in the month that the time range ends in, worst first; what is not measured counts
-- neither for nor against.
WITH
    chosen AS
    (
        {chosen}
    ),
    scored AS
    (
        {scored}
    ),
    by_district AS
    (
        SELECT district, sum(points) AS reached, sumIf(full_points, points IS NOT NULL) AS known,
            argMax(part, full_points - points) AS worst, max(full_points - points) AS lost
        FROM scored
        GROUP BY district
    )
SELECT chosen.name_vi AS "Địa phương",
    if(by_district.known > 0, by_district.reached, NULL) AS "Điểm",
    if(by_district.known > 0, by_district.known, NULL) AS "Điểm đo được",
    if(by_district.known > 0, by_district.reached / by_district.known, NULL) AS "Đạt",
    multiIf(by_district.known = 0, NULL, by_district.known < {whole}, 'Chưa đủ để xếp loại', {bands}) AS "Xếp loại",
    if(by_district.lost > 0, by_district.worst, NULL) AS "Mất nhiều nhất",
    if(by_district.lost > 0, by_district.lost, NULL) AS "Điểm mất",
    chosen.code AS code
FROM chosen
LEFT JOIN by_district ON by_district.district = chosen.code
ORDER BY "Đạt" ASC NULLS LAST, "Địa phương"
