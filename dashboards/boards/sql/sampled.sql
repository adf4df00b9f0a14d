-- The last figure of each interval: rolling figures overlap and are not averaged. What was told in the hour before
-- holds at the beginning. Of all chosen units: which of them are shown is asked once, where all comes together.
sampled AS
(
    SELECT greatest($__timeInterval(window_end), $__fromTime) AS slot, district,
        tupleElement(argMax(tuple(value), window_end), 1) AS value
    FROM indicators FINAL
    WHERE {is_short}
        AND indicator = {indicator}
        AND district IN (SELECT code FROM chosen)
        AND horizon_s = {horizon}
        AND window_end > $__fromTime - INTERVAL 3900 SECOND AND window_end <= $__toTime
    GROUP BY slot, district
    UNION ALL
    SELECT slot, district, value
    FROM
    (
        {rolled_up}
    )
    WHERE NOT {is_short}
)
