-- What figures are made of, a row an indicator, unit and period.
SELECT grain, id, unit, start, begun,
    multiIf(formula = 'quantile', NULL, formula = 'distinct', toFloat64(length(all_members)), toFloat64(above)) AS numerator,
    multiIf(formula = 'ratio', toFloat64(below), formula = 'quantile', toFloat64(total), NULL) AS denominator,
    multiIf(
        formula = 'distinct', numerator,
        -- linear within the bin that holds the rank
        formula = 'quantile' AND total > 0,
        (keys[place] + if(amounts[place] = 0, 0, (q * total - upto[place] + amounts[place]) / amounts[place])) * bin_width,
        NULL) AS value,
    all_bins, all_members, newest
FROM
(
    SELECT *, mapKeys(all_bins) AS keys, mapValues(all_bins) AS amounts, arraySum(amounts) AS total, arrayCumSum(amounts) AS upto,
        arrayFirstIndex((n, least) -> n >= least, upto, arrayResize([q * total], length(upto), q * total)) AS place
    FROM
    (
        {merged}
    )
)
