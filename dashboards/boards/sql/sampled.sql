-- The last figure of each interval: rolling figures overlap and are not averaged.
sampled AS
(
    SELECT $__timeInterval(window_end) AS slot, district,
        tupleElement(argMax(tuple(value), window_end), 1) AS value
    FROM indicators FINAL
    WHERE indicator = {indicator}
        AND district IN (SELECT code FROM shown)
        AND horizon_s = {horizon}
        AND $__timeFilter(window_end)
    GROUP BY slot, district
)
