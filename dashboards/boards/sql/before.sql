SELECT district, tupleElement(argMax(tuple(value), window_end), 1) AS value
FROM indicators FINAL
WHERE indicator = {indicator}
    AND district IN (SELECT code FROM chosen)
    AND horizon_s = {horizon}
    AND window_end > $__toTime - INTERVAL {ago} - INTERVAL 1 DAY
    AND window_end <= $__toTime - INTERVAL {ago}
    AND '${period}' = '24h'
GROUP BY district
