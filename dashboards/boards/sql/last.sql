-- The figure of each district over the chosen period; over 24 hours the last one, none older than a day. It holds
-- up to the province's newest.
SELECT district,
    greatest(max(window_end), (
        SELECT max(window_end)
        FROM indicators
        WHERE indicator = {indicator} AND horizon_s = {horizon}
            AND district IN (SELECT code FROM units WHERE kind = 'province')
            AND window_end > $__toTime - INTERVAL 1 DAY AND window_end <= $__toTime)) AS newest,
    argMax(tuple(value, numerator, denominator), window_end) AS last
FROM indicators FINAL
WHERE indicator = {indicator}
    AND district IN (SELECT code FROM chosen)
    AND horizon_s = {horizon}
    AND window_end > $__toTime - INTERVAL 1 DAY
    AND window_end <= $__toTime
    AND '${period}' = '24h'
GROUP BY district
UNION ALL
SELECT unit, toDateTime(as_of, 'UTC'), tuple(told.value, told.numerator, told.denominator)
FROM figures_of(
    indicator = {indicator}, since = {period_day}, until = {period_day},
    grain = if('${period}' = '24h', 'day', '${period}')) AS told
WHERE '${period}' != '24h' AND unit IN (SELECT code FROM chosen)
