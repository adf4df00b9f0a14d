-- The province's key figures over the period before and the same period last year, each to the same day.
SELECT place, anyIf(value, which = 'before') AS before_value, anyIf(value, which = 'year') AS year_value
FROM
(
    SELECT shown.place AS place, span.1 AS which,
        toNullable(sum(rollups.counts[formulas.numerator])) / any(formulas.scale) AS above,
        sum(rollups.counts[formulas.denominator]) AS below,
        multiIf(any(formulas.formula) = 'count', above, below > 0, above / below, NULL) AS value
    FROM
    (
        SELECT feed, counts, toDate(rollups.period, 'Asia/Ho_Chi_Minh') AS day
        FROM rollups FINAL
        WHERE grain = 'day' AND '${period}' != '24h' AND rollups.period <= $__toTime
            AND rollups.period >= toDateTime(addYears(toDate({begin_of_period}, 'Asia/Ho_Chi_Minh'), -1), 'Asia/Ho_Chi_Minh')
    ) AS rollups
    INNER JOIN shown ON shown.feed = rollups.feed
    INNER JOIN indicator_formulas AS formulas ON formulas.id = shown.indicator
    ARRAY JOIN {spans} AS span
    WHERE shown.is_key AND formulas.formula IN ('count', 'ratio') AND day >= span.2 AND day <= span.3
    GROUP BY place, which
)
GROUP BY place
