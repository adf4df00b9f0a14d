SELECT longer AS grain, indicator, start AS period, district AS unit, numerator, denominator, value, toNullable(as_of) AS as_of, rank AS version
FROM
(
    SELECT longer, indicator, {start} AS start, district, numerator, denominator, value, as_of, rank
    FROM {database}.gauge_rollups
    ARRAY JOIN if(grain = 'hour', ['hour'], ['day', 'week', 'month', 'quarter', 'year']) AS longer
)
