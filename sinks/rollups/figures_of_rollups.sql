-- Of hours and days: each unit's from its own roll-ups, the province's from those of all units.
-- A part that no roll-up knows is no zero: without any of its parts there is no figure.
SELECT grain, formulas.id AS id, unit, period AS start, any(formulas.formula) AS formula, any(formulas.quantile) AS q, any(formulas.width) AS bin_width,
    min(first) AS begun, sum(counts[formulas.numerator]) AS above, sum(counts[formulas.denominator]) AS below,
    sumMap(histograms[formulas.part]) AS all_bins, arraySort(groupUniqArrayArray(sets[formulas.part])) AS all_members, sum(toUInt256(version)) AS newest
FROM
(
    SELECT grain, feed, period, first, version, counts, histograms, sets,
        arrayJoin(arrayDistinct([toString(district), ifNull((SELECT any(code) FROM units WHERE kind = 'province'), '')])) AS unit
    FROM rollups FINAL
    WHERE period >= {since} AND period < {until} AND {which}
) AS rolled
INNER JOIN indicator_formulas AS formulas ON toLowCardinality(splitByChar('.', toString(formulas.id))[1]) = rolled.feed
WHERE formulas.formula != 'state' AND {of_units}
GROUP BY grain, id, unit, start
HAVING formula IN ('quantile', 'distinct') OR max(mapContains(counts, formulas.numerator) OR mapContains(counts, formulas.denominator))
