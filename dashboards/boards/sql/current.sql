-- Figures of the chosen districts together, at the end of the time range. Rolling ones are merged from the
-- panes of the last ${horizon} s (never averaged over districts); the others are the last known.
WITH
    (SELECT code FROM units WHERE kind = 'province') AS province,
    (
        SELECT countIf(code NOT IN (${district:singlequote})) = 0 FROM units WHERE kind != 'province'
    ) AS is_whole,
    (
        SELECT max(window_end)
        FROM indicators
        WHERE indicator = {clock}
            AND district = province
            AND horizon_s = {clock_horizon}
            AND window_end > greatest($__fromTime, $__toTime - INTERVAL 1 DAY)
            AND window_end <= $__toTime
    ) AS until,
    merged AS
    (
        SELECT
            {parts}
        FROM panes FINAL
        WHERE feed = {feed}
            AND district IN (${district:singlequote})
            AND pane >= until - INTERVAL ${horizon} SECOND
            AND pane < until
    ),
    last AS
    (
        SELECT indicator, district, argMax(tuple(value, numerator, denominator), window_end) AS figure
        FROM indicators FINAL
        WHERE indicator IN ({instants})
            AND (district IN (${district:singlequote}) OR district = province)
            AND horizon_s = 0
            AND window_end > greatest($__fromTime, $__toTime - INTERVAL 1 DAY)
            AND window_end <= $__toTime
        GROUP BY indicator, district
    ),
    instant AS
    (
        SELECT
            {states}
        FROM last
    )
SELECT
    {values}
FROM merged CROSS JOIN instant
