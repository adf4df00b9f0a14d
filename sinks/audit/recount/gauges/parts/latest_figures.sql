-- The newest month of each series, its plan, and the same month of the year before, added up by code; and the
-- number of series by age in days.
SELECT
    district,
    sumMap(mapFilter((part, n) -> part != '', map(
        concat(code, '_value'), newest.3,
        if(newest.4 = -1, '', concat(code, '_planned')), newest.3,
        if(newest.4 = -1, '', concat(code, '_plan')), newest.4,
        if(has_before, concat(code, '_change'), ''), newest.3 - before.3,
        if(has_before, concat(code, '_before'), ''), before.3))) AS counts,
    map('age_days', sumMap(map(greatest(toInt64(0), today - newest.5), toInt64(1)))) AS histograms
FROM
(
    SELECT
        district,
        splitByChar('|', series)[1] AS code,
        max(month) AS newest_month,
        argMax(said, month) AS newest,
        groupArray((month, said)) AS months,
        arrayFirst(pair -> pair.1 = newest_month - 12, months).2 AS before,
        arrayExists(pair -> pair.1 = newest_month - 12, months) AS has_before,
        any(toInt64(toRelativeDayNum(toDate(fromUnixTimestamp64Milli(as_of_ms), 'Asia/Ho_Chi_Minh')))) AS today
    FROM told
    GROUP BY district, series
)
GROUP BY district
