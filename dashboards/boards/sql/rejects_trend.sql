-- Refused events by reason, in the interval in which they were refused.
SELECT $__timeInterval(rejected_at) AS time, reason AS series, count() AS "Sự kiện"
FROM rejects FINAL
WHERE feed IN (${feed:singlequote}) AND $__timeFilter(rejected_at)
GROUP BY time, series
ORDER BY time, series
