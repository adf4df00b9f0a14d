-- Every indicator, unit and horizon once a minute; one figure in fifty is no data.
INSERT INTO indicators (indicator, district, horizon_s, window_end, as_of, value, numerator,
    denominator, computed_at, version)
SELECT id, code, horizon_s, window_end, window_end,
    if(sipHash64(id, code, window_end) % 50 = 0, NULL, figure) AS value,
    if(measurement = 'share', value * 100, value),
    if(measurement = 'share', 100, NULL),
    window_end + INTERVAL 2 SECOND,
    toUnixTimestamp(window_end) * 1000
FROM
(
    SELECT id, code, measurement, horizon_s, window_end,
        (sipHash64(window_end, code, id, horizon_s) % 1000) / 1000 AS drawn,
        multiIf(measurement = 'share', 0.5 + drawn / 2,
            measurement = 'count', floor(drawn * (20 + horizon_s / 60)),
            measurement = 'score', 5 * drawn,
            10 + 80 * drawn) AS figure
    FROM indicator_catalog
    ARRAY JOIN horizons AS horizon_s
    CROSS JOIN units
    CROSS JOIN
    (
        SELECT toDateTime({until:UInt32}, 'UTC') - {step_s:UInt32} * (number + {first:UInt32}) AS window_end
        FROM numbers({steps:UInt32})
    ) AS clock
)
