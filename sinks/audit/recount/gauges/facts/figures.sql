-- The figure of the greatest vintage per series and month, over the two years up to the newest month. Values
-- and plans are in thousandths, rounded half to even; -1 stands for no plan. The 31st of a 30-day month counts
-- as the first of the next.
SELECT district, series, month, concat(series, '#', toString(month)) AS item, said
FROM
(
    SELECT
        toString(district) AS district,
        arrayStringConcat({series}, '|') AS series,
        toInt64(substring(period, 1, 4)) * 12 + toInt64(substring(period, 6, 2)) - 1 AS month,
        max((
            toInt64(vintage),
            toUnixTimestamp64Milli(occurred_at),
            toInt64(roundBankers(value * 1000)),
            if(plan IS NULL, toInt64(-1), toInt64(roundBankers(assumeNotNull(plan) * 1000))),
            toInt64(toRelativeDayNum(toDate(concat(substring(as_of, 1, 7), '-01')))) + toInt64(substring(as_of, 9, 2)) - 1
        )) AS said,
        max(month) OVER (PARTITION BY district, series) AS newest
    FROM archive
    WHERE has({kinds}, toString(kind))
    GROUP BY district, series, month
)
WHERE month >= newest - 24
