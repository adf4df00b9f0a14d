-- The chosen indicator by district and slot of time. Of these four only the one reads a row that the
-- indicator's formula asks for.
SELECT district, {pane_slot} AS slot,
    sum(counts[numerator_part]) / scale AS numerator,
    if(formula = 'ratio', toNullable(toFloat64(sum(counts[denominator_part]))), NULL) AS denominator,
    dateDiff('second', min(min(first)) OVER (PARTITION BY slot), max(max(last)) OVER (PARTITION BY slot)) / 3600 + 1 / 60 AS hours,
    multiIf(
        formula = 'count', toNullable(numerator),
        formula = 'rate', numerator / hours,
        denominator > 0, numerator / denominator,
        NULL) AS value
FROM pieces
WHERE formula IN ('count', 'rate', 'ratio')
GROUP BY district, slot
UNION ALL
SELECT district, slot,
    NULL AS numerator, toFloat64(arraySum(mapValues(bins))) AS denominator, NULL AS hours,
    {quantile} AS value
FROM
(
    SELECT district, {pane_slot} AS slot, sumMap(histograms[other_part]) AS bins
    FROM pieces
    WHERE formula = 'quantile'
    GROUP BY district, slot
)
UNION ALL
SELECT district, {pane_slot} AS slot,
    toFloat64(length(groupUniqArrayArray(sets[other_part]))) AS numerator, NULL AS denominator, NULL AS hours,
    numerator AS value
FROM pieces
WHERE formula = 'distinct'
GROUP BY district, slot
UNION ALL
SELECT district, {pane_slot} AS slot,
    tupleElement(argMax(tuple(states.numerator), states.rank), 1) AS numerator,
    tupleElement(argMax(tuple(states.denominator), states.rank), 1) AS denominator, NULL AS hours,
    tupleElement(argMax(tuple(states.value), states.rank), 1) AS value
FROM
(
    SELECT district, numerator, denominator, value, rank, least(period + if(grain = 'hour', 3600, 86400), $__toTime - 1) AS pane
    FROM gauge_rollups FINAL
    WHERE formula = 'state'
        AND grain = {piece_grain}
        AND indicator = ${indicator:singlequote} AND district IN (SELECT code FROM chosen)
        AND period > {since} - INTERVAL 1 DAY AND period < $__toTime
) AS states
GROUP BY district, slot
