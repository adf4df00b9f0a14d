-- Figures of the key indicators over the chosen period, and what their thresholds say: 0 good, 1 warning, 2 bad,
-- NULL where there is no data.
key_indicators AS
(
    SELECT key.1 AS indicator, key.2 AS horizon_s, key.3 AS title
    FROM
    (
        SELECT arrayJoin([
            {key_indicators}
        ]) AS key
    )
),
cells AS
(
    SELECT told.unit AS district, told.indicator AS indicator, key_indicators.title AS title,
        told.value AS value,
        {state} AS state
    FROM
    (
        {period_figures}
    ) AS told
    INNER JOIN key_indicators ON key_indicators.indicator = told.indicator
        AND (told.horizon_s = key_indicators.horizon_s OR told.horizon_s IS NULL)
    INNER JOIN indicator_catalog AS catalog ON catalog.id = told.indicator
),
standing AS
(
    SELECT district, countIf(state = 2) AS bad, countIf(state = 1) AS warn, countIf(state = 0) AS good,
        arrayStringConcat(arraySort(groupArrayIf(title, state = 2)), ', ') AS bad_titles,
        arrayStringConcat(arraySort(groupArrayIf(title, state = 1)), ', ') AS warn_titles
    FROM cells
    GROUP BY district
)
