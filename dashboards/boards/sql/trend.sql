-- Each point is the last figure of its interval: rolling figures overlap and are not averaged.
WITH chosen AS
(
    {chosen}
)
SELECT figures.time AS time, chosen.name_vi AS series, figures.value AS {title}
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
ORDER BY time, series
LIMIT 10000
