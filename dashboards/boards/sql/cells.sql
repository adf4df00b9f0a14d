-- The newest figures of the key indicators, and what their thresholds say: 0 good, 1 warning, 2 bad,
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
    SELECT latest.district AS district, latest.indicator AS indicator, key_indicators.title AS title,
        latest.value AS value,
        {state} AS state
    FROM indicator_latest AS latest
    INNER JOIN key_indicators USING (indicator, horizon_s)
    INNER JOIN indicator_catalog AS catalog ON catalog.id = latest.indicator
),
standing AS
(
    SELECT district, countIf(state = 2) AS bad, countIf(state = 1) AS warn, countIf(state = 0) AS good,
        arrayStringConcat(arraySort(groupArrayIf(title, state = 2)), ', ') AS bad_titles,
        arrayStringConcat(arraySort(groupArrayIf(title, state = 1)), ', ') AS warn_titles
    FROM cells
    GROUP BY district
)
