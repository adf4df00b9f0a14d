-- Of longer periods from shorter ones: weeks and months from days, quarters and years from months.
SELECT longer AS grain, formulas.id AS id, unit, start, any(formulas.formula) AS formula, any(formulas.quantile) AS q, any(formulas.width) AS bin_width,
    min(first) AS begun, sum(held.numerator) AS above, sum(held.denominator) AS below,
    sumMap(bins) AS all_bins, arraySort(groupUniqArrayArray(members)) AS all_members, sum(version) AS newest
FROM
(
    SELECT longer, indicator, toString(unit) AS unit, {start} AS start, first, numerator, denominator, bins, members, version
    FROM period_figures FINAL
    ARRAY JOIN {longer} AS longer
    WHERE grain = {shorter} AND period >= {since} AND period < {until}
        AND splitByChar('.', toString(indicator))[1] IN ({feeds}) AND (longer, start) IN ({periods}) AND {of_units}
) AS held
INNER JOIN indicator_formulas AS formulas ON formulas.id = held.indicator
WHERE formulas.formula != 'state'
GROUP BY longer, id, unit, start
