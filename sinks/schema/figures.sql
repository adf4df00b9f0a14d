CREATE OR REPLACE VIEW {database}.{view}
AS
WITH
    throwIf({grain:String} NOT IN ('hour', 'day', 'week', 'month', 'quarter', 'year'), 'grain has to be hour, day, week, month, quarter or year') AS is_unknown,
    toDateTime(multiIf(
        {grain:String} = 'week', toMonday({since:Date}),
        {grain:String} = 'month', toStartOfMonth({since:Date}),
        {grain:String} = 'quarter', toStartOfQuarter({since:Date}),
        {grain:String} = 'year', toStartOfYear({since:Date}),
        {since:Date}), 'Asia/Ho_Chi_Minh') AS begin,
    toDateTime({until:Date} + 1, 'Asia/Ho_Chi_Minh') AS end
SELECT toString(held.indicator) AS indicator, toString(held.unit) AS unit, toTimeZone(held.period, 'Asia/Ho_Chi_Minh') AS period,
    multiIf(
        formula IN ('quantile', 'distinct', 'state'), held.value,
        formula = 'count', numerator,
        denominator > 0, numerator / denominator,
        NULL) AS value,
    held.numerator / scale AS numerator,
    if(formula = 'rate',
        dateDiff('second', greatest(held.period, begun), least(period_end, toDateTime(heard.as_of))) / 3600,
        held.denominator) AS denominator,
    period_end <= heard.as_of AS is_complete,
    least(ifNull(held.as_of, heard.as_of), toDateTime64(period_end, 3, 'UTC')) AS as_of
FROM
(
    SELECT indicator, unit, period, numerator, denominator, value, as_of,
        multiIf(
            {grain:String} = 'hour', period + 3600,
            {grain:String} = 'week', addDays(period, 7),
            {grain:String} = 'day', addDays(period, 1),
            toDateTime(addMonths(toTimeZone(period, 'Asia/Ho_Chi_Minh'), multiIf({grain:String} = 'month', 1, {grain:String} = 'quarter', 3, 12)), 'UTC')) AS period_end
    FROM {database}.period_figures FINAL
    WHERE grain = if({grain:String} IN ('hour', 'day', 'week', 'month', 'quarter', 'year'), {grain:String}, 'day') AND period >= begin AND period < end AND NOT is_unknown{of_indicator}
) AS held
INNER JOIN
(
    SELECT id, formula, scale, toLowCardinality(splitByChar('.', toString(id))[1]) AS feed
    FROM {database}.indicator_formulas
) AS formulas ON formulas.id = held.indicator
LEFT JOIN
(
    SELECT feed, argMin(watermark, (-toInt64(generation), watermark)) AS as_of
    FROM {database}.progress FINAL
    WHERE watermark > 0
    GROUP BY feed
) AS heard ON heard.feed = formulas.feed
LEFT JOIN
(
    SELECT toLowCardinality(splitByChar('.', toString(indicator))[1]) AS feed, min(first) AS begun
    FROM {database}.period_figures
    WHERE grain = 'year'
    GROUP BY feed
) AS beginnings ON beginnings.feed = formulas.feed
COMMENT '{comment}'
