-- Feeds and months of the local calendar whose roll-ups have come to more than any indicator's figures know:
-- the versions of both add up to the same. And how many roll-ups these are.
SELECT rolled.feed, toUnixTimestamp(toDateTime(rolled.month, 'Asia/Ho_Chi_Minh')) AS since_s,
    toUnixTimestamp(toDateTime(addMonths(rolled.month, 1), 'Asia/Ho_Chi_Minh')) AS until_s, rolled.amount AS amount
FROM
(
    SELECT feed, toStartOfMonth(period, 'Asia/Ho_Chi_Minh') AS month, sum(toUInt256(version)) AS known, count() AS amount
    FROM rollups FINAL
    WHERE feed IN (SELECT splitByChar('.', toString(id))[1] FROM indicator_formulas WHERE formula != 'state')
        AND district NOT IN (SELECT code FROM units WHERE kind = 'province')
    GROUP BY feed, month
) AS rolled
LEFT JOIN
(
    SELECT feed, month, max(known) AS known
    FROM
    (
        SELECT toLowCardinality(splitByChar('.', toString(indicator))[1]) AS feed, toStartOfMonth(period, 'Asia/Ho_Chi_Minh') AS month,
            sum(version) AS known
        FROM period_figures FINAL
        WHERE grain IN ('hour', 'day') AND as_of IS NULL AND unit NOT IN (SELECT code FROM units WHERE kind = 'province')
        GROUP BY indicator, month
    )
    GROUP BY feed, month
) AS held USING (feed, month)
WHERE held.known < rolled.known
ORDER BY rolled.feed, since_s
