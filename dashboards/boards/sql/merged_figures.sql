-- The chosen indicator by district and slot of time. Of these four only the one reads a row that the
-- indicator's formula asks for.
SELECT district, {pane_slot} AS slot,
    sum(counts[numerator_part]) / scale AS numerator,
    if(formula = 'ratio', toNullable(toFloat64(sum(counts[denominator_part]))), NULL) AS denominator,
    dateDiff('second', min(min(pane)) OVER (PARTITION BY slot), max(max(pane)) OVER (PARTITION BY slot)) / 3600 + 1 / 60 AS hours,
    multiIf(
        formula = 'count', toNullable(numerator),
        formula = 'rate', numerator / hours,
        denominator > 0, numerator / denominator,
        NULL) AS value
FROM panes FINAL
WHERE formula IN ('count', 'rate', 'ratio')
    AND feed = chosen_feed AND district IN (SELECT code FROM {whose})
    AND pane >= {since} AND pane < $__toTime
GROUP BY district, slot
UNION ALL
SELECT district, slot,
    NULL AS numerator, toFloat64(arraySum(mapValues(bins))) AS denominator, NULL AS hours,
    {quantile} AS value
FROM
(
    SELECT district, {pane_slot} AS slot, sumMap(histograms[other_part]) AS bins
    FROM panes FINAL
    WHERE formula = 'quantile'
        AND feed = chosen_feed AND district IN (SELECT code FROM {whose})
        AND pane >= {since} AND pane < $__toTime
    GROUP BY district, slot
)
UNION ALL
SELECT district, {pane_slot} AS slot,
    toFloat64(length(groupUniqArrayArray(sets[other_part]))) AS numerator, NULL AS denominator, NULL AS hours,
    numerator AS value
FROM panes FINAL
WHERE formula = 'distinct'
    AND feed = chosen_feed AND district IN (SELECT code FROM {whose})
    AND pane >= {since} AND pane < $__toTime
GROUP BY district, slot
UNION ALL
SELECT district, {state_slot} AS slot,
    tupleElement(argMax(tuple(indicators.numerator), window_end), 1) AS numerator,
    tupleElement(argMax(tuple(indicators.denominator), window_end), 1) AS denominator, NULL AS hours,
    tupleElement(argMax(tuple(indicators.value), window_end), 1) AS value
FROM indicators FINAL
WHERE formula = 'state'
    AND indicator = ${indicator:singlequote} AND district IN (SELECT code FROM {whose})
    AND horizon_s = 0
    AND window_end > {since} AND window_end <= $__toTime
GROUP BY district, slot
