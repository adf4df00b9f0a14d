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
    toDateTime(multiIf(
        {grain:String} = 'week', toMonday({until:Date}) + 7,
        {grain:String} = 'month', addMonths(toStartOfMonth({until:Date}), 1),
        {grain:String} = 'quarter', addMonths(toStartOfQuarter({until:Date}), 3),
        {grain:String} = 'year', addMonths(toStartOfYear({until:Date}), 12),
        {until:Date} + 1), 'Asia/Ho_Chi_Minh') AS end,
    rolled AS
    (
        SELECT feed, district, {bucket} AS bucket, counts, histograms, sets
        FROM {database}.rollups FINAL
        WHERE grain = if({grain:String} = 'hour', 'hour', 'day') AND period >= begin AND period < end AND NOT is_unknown{of_feed}
    ),
    formulas AS
    (
        SELECT id, toLowCardinality(splitByChar('.', toString(id))[1]) AS feed,
            formula, numerator, denominator, scale, part, quantile, width
        FROM {database}.indicator_formulas{of_indicator}
    ),
    uses AS
    (
        SELECT id, feed, use.1 AS part, use.2 AS is_below
        FROM formulas
        ARRAY JOIN [(numerator, 0), (denominator, 1)] AS use
        WHERE use.1 != ''
    ),
    told AS
    (
        SELECT id, formula, scale, begun, as_of
        FROM formulas
        LEFT JOIN
        (
            SELECT feed, argMax(watermark, generation) AS as_of
            FROM (SELECT feed, generation, min(watermark) AS watermark FROM {database}.progress FINAL WHERE progress.watermark > 0 GROUP BY feed, generation)
            GROUP BY feed
        ) AS heard USING (feed)
        LEFT JOIN (SELECT feed, min(first) AS begun FROM {database}.rollups WHERE grain = 'day' GROUP BY feed) AS beginnings USING (feed)
    ),
    merged AS
    (
        SELECT id, district, bucket, toFloat64(sumIf(n, is_below = 0)) AS above, toNullable(toFloat64(sumIf(n, is_below = 1))) AS below,
            CAST(NULL, 'Nullable(Float64)') AS known, CAST(NULL, 'Nullable(DateTime64(3, \'UTC\'))') AS stood_at
        FROM (SELECT feed, district, bucket, mapKeys(counts) AS parts, mapValues(counts) AS amounts FROM rolled) AS counted
        ARRAY JOIN parts AS part, amounts AS n
        INNER JOIN uses USING (feed, part)
        GROUP BY GROUPING SETS ((id, district, bucket), (id, bucket))
        UNION ALL
        SELECT id, district, bucket, NULL, toFloat64(arraySum(mapValues(bins)) AS total),
            -- linear within the bin that holds the rank
            if(total > 0, (keys[place] + if(amounts[place] = 0, 0, (q * total - upto[place] + amounts[place]) / amounts[place])) * bin_width, NULL), NULL
        FROM
        (
            SELECT *, mapKeys(bins) AS keys, mapValues(bins) AS amounts, arrayCumSum(amounts) AS upto,
                arrayFirstIndex((n, least) -> n >= least, upto, arrayResize([q * upto[-1]], length(upto), q * upto[-1])) AS place
            FROM
            (
                -- an hour or a day of a unit is one row already
                SELECT id, district, bucket, quantile AS q, width AS bin_width, histograms[part] AS bins
                FROM rolled INNER JOIN (SELECT * FROM formulas WHERE formula = 'quantile') AS of_histograms USING (feed)
                WHERE {grain:String} IN ('hour', 'day')
                UNION ALL
                SELECT id, district, bucket, any(quantile), any(width), sumMap(histograms[part])
                FROM rolled INNER JOIN (SELECT * FROM formulas WHERE formula = 'quantile') AS of_histograms USING (feed)
                WHERE {grain:String} NOT IN ('hour', 'day')
                GROUP BY id, district, bucket
                UNION ALL
                SELECT id, '', bucket, any(quantile), any(width), sumMap(histograms[part])
                FROM rolled INNER JOIN (SELECT * FROM formulas WHERE formula = 'quantile') AS of_histograms USING (feed)
                GROUP BY id, bucket
            )
        )
        UNION ALL
        SELECT id, district, bucket, toFloat64(length(groupUniqArrayArray(sets[part]))) AS above, NULL, above, NULL
        FROM rolled
        INNER JOIN (SELECT * FROM formulas WHERE formula = 'distinct') AS of_sets USING (feed)
        GROUP BY GROUPING SETS ((id, district, bucket), (id, bucket))
        UNION ALL
        SELECT indicator, district, {bucket} AS bucket, argMax(tuple(numerator), rank).1, argMax(tuple(denominator), rank).1,
            argMax(tuple(value), rank).1, argMax(as_of, rank)
        FROM {database}.gauge_rollups FINAL
        WHERE grain = if({grain:String} = 'hour', 'hour', 'day') AND period >= begin AND period < end AND NOT is_unknown{of_gauge}
        GROUP BY indicator, district, bucket
    )
SELECT id AS indicator,
    if(district = '', ifNull((SELECT any(code) FROM {database}.units WHERE kind = 'province'), ''), toString(district)) AS unit,
    bucket AS period,
    multiIf(
        formula IN ('quantile', 'distinct', 'state'), known,
        formula = 'count', numerator,
        denominator > 0, numerator / denominator,
        NULL) AS value,
    if(formula IN ('count', 'rate', 'ratio'), above / scale, above) AS numerator,
    multiIf(
        formula = 'count', NULL,
        formula = 'rate', toNullable(dateDiff('second', greatest(bucket, begun), least(period_end, toDateTime(as_of_feed))) / 3600),
        below) AS denominator,
    period_end <= as_of_feed AS is_complete,
    least(ifNull(stood_at, as_of_feed), toDateTime64(period_end, 3, 'UTC')) AS as_of
FROM
(
    SELECT merged.*, told.formula AS formula, told.scale AS scale, told.begun AS begun, told.as_of AS as_of_feed,
        multiIf(
            {grain:String} = 'hour', bucket + 3600,
            {grain:String} = 'week', addDays(bucket, 7),
            {grain:String} = 'month', addMonths(bucket, 1),
            {grain:String} = 'quarter', addMonths(bucket, 3),
            {grain:String} = 'year', addMonths(bucket, 12),
            addDays(bucket, 1)) AS period_end
    FROM merged
    INNER JOIN told USING (id)
    -- what the province itself tells is in its figure, which has no district here, and is none beside it
    WHERE told.formula = 'state' OR merged.district NOT IN (SELECT code FROM {database}.units WHERE kind = 'province')
)
COMMENT '{comment}'
