-- Figures of the chosen units together over the chosen period, up to the end of the time range. They are
-- merged (never averaged over districts) from roll-ups of the calendar's period, or from the panes of the last
-- ${horizon} s; figures of an instant are the last known.
WITH
    (SELECT code FROM units WHERE kind = 'province') AS province,
    (
        SELECT countIf(code IN (${district:singlequote})) > 0 FROM units WHERE kind = 'province'
    ) AS has_province,
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
            count() AS held,
            {parts}
        FROM
        (
            SELECT counts, histograms, sets
            FROM panes FINAL
            WHERE '${period}' = '24h' AND feed = {feed}
                AND district IN (${district:singlequote})
                AND pane >= until - INTERVAL ${horizon} SECOND
                AND pane < until
            UNION ALL
            SELECT counts, histograms, sets
            FROM rollups FINAL
            WHERE '${period}' != '24h' AND grain = 'day' AND feed = {feed}
                AND district IN (${district:singlequote})
                AND period >= {begin_of_period} AND period <= $__toTime
        )
    ),
    last AS
    (
        SELECT indicator, district, argMax(tuple(value, numerator, denominator), window_end) AS figure
        FROM indicators FINAL
        WHERE indicator IN ({instants})
            AND (district IN (${district:singlequote}) OR district = province)
            AND horizon_s = 0
            AND window_end > $__toTime - INTERVAL 1 DAY
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
