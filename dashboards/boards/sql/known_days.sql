-- The province's key figures of each day of the last {reach} that has some, up to the end of the time range.
SELECT indicator, day, multiIf(
        formula = 'count', above / scale,
        formula = 'rate', above / 24,
        below > 0, above / scale / below,
        NULL) AS value
FROM
(
    SELECT formulas.id AS indicator, any(formulas.formula) AS formula, any(formulas.scale) AS scale,
        toDate(rollups.period, 'Asia/Ho_Chi_Minh') AS day,
        toNullable(sum(rollups.counts[formulas.numerator])) AS above, sum(rollups.counts[formulas.denominator]) AS below
    FROM rollups FINAL
    INNER JOIN shown ON shown.feed = rollups.feed
    INNER JOIN indicator_formulas AS formulas ON formulas.id = shown.indicator
    WHERE shown.is_key AND rollups.grain = 'day' AND formulas.formula IN ('count', 'rate', 'ratio')
        AND rollups.period > $__toTime - INTERVAL {reach} DAY AND rollups.period <= $__toTime
    GROUP BY indicator, day
)
UNION ALL
SELECT gauges.indicator, toDate(gauges.period, 'Asia/Ho_Chi_Minh'), gauges.value
FROM gauge_rollups AS gauges FINAL
INNER JOIN shown ON shown.indicator = gauges.indicator
WHERE shown.is_key AND gauges.grain = 'day' AND gauges.district = province
    AND gauges.period > $__toTime - INTERVAL {reach} DAY AND gauges.period <= $__toTime
