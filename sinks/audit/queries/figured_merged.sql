SELECT longer AS grain, formulas.id AS id, unit, start, any(formulas.formula) AS formula, any(formulas.quantile) AS q, any(formulas.width) AS bin_width,
    min(first) AS begun, sum(counts[formulas.numerator]) AS above, sum(counts[formulas.denominator]) AS below,
    sumMap(histograms[formulas.part]) AS all_bins, arraySort(groupUniqArrayArray(sets[formulas.part])) AS all_members, 0 AS newest
FROM
(
    SELECT longer, {start} AS start, first, counts, histograms, sets,
        arrayJoin(arrayDistinct([toString(district), ifNull((SELECT any(code) FROM units WHERE kind = 'province'), '')])) AS unit
    FROM rollups FINAL
    ARRAY JOIN arrayFilter(longer -> (longer = 'hour') = (grain = 'hour'), {grains}) AS longer
    WHERE feed = {feed:String} AND period >= {since:DateTime('UTC')} AND period < {until:DateTime('UTC')} + INTERVAL 7 DAY
        AND start >= {since:DateTime('UTC')} AND start < {until:DateTime('UTC')}
) AS rolled
CROSS JOIN (SELECT * FROM indicator_formulas WHERE splitByChar('.', toString(id))[1] = {feed:String} AND formula != 'state') AS formulas
GROUP BY longer, formulas.id, unit, start
HAVING formula IN ('quantile', 'distinct') OR max(mapContains(counts, formulas.numerator) OR mapContains(counts, formulas.denominator))
