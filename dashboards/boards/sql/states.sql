-- What the threshold said of the last figure of each interval: 0 good, 1 warning, 2 bad.
WITH chosen AS
(
    {chosen}
)
SELECT figures.time AS time, chosen.name_vi AS series,
    {state} AS "Tình trạng"
FROM
(
    SELECT $__timeInterval(window_end) AS time, district,
        tupleElement(argMax(tuple(value), window_end), 1) AS value
    FROM indicators FINAL
    WHERE indicator = {indicator}
        AND district IN (SELECT code FROM chosen)
        AND horizon_s = {horizon}
        AND $__timeFilter(window_end)
    GROUP BY time, district
) AS figures
INNER JOIN chosen ON chosen.code = figures.district
CROSS JOIN (SELECT better, good, warn FROM indicator_catalog WHERE id = {indicator}) AS catalog
ORDER BY time, series
LIMIT 10000
