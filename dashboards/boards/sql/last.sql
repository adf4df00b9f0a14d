-- The last figure of each district before the end of the time range; none is older than a day.
SELECT district,
    max(window_end) AS newest,
    argMax(tuple(value, numerator, denominator), window_end) AS last
FROM indicators FINAL
WHERE indicator = {indicator}
    AND district IN (SELECT code FROM chosen)
    AND horizon_s = {horizon}
    AND window_end > greatest($__fromTime, $__toTime - INTERVAL 1 DAY)
    AND window_end <= $__toTime
GROUP BY district
