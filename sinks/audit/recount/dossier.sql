-- Each dossier event counts in its own minute. The time of a resolution runs from reception to result, and
-- is at least 0. Its histogram has bins of half a day; bin 1,460 (two years) stands for any longer time.
WITH greatest(0, toUnixTimestamp64Milli(occurred_at) - toUnixTimestamp64Milli(received_at)) AS taken_ms
SELECT
    district,
    toStartOfMinute(occurred_at) AS pane,
    max(is_ahead) AS is_moving,
    map(
        'events', toInt64(count()),
        'late', toInt64(countIf(late)),
        'received', toInt64(countIf(kind = 'received')),
        'received_at_province', toInt64(countIf(kind = 'received' AND level = 'province')),
        'received_online', toInt64(countIf(kind = 'received' AND channel = 2)),
        'received_online_at_province', toInt64(countIf(kind = 'received' AND channel = 2 AND level = 'province')),
        'resolved', toInt64(countIf(kind = 'resolved')),
        'resolved_at_province', toInt64(countIf(kind = 'resolved' AND level = 'province')),
        'resolved_on_time', toInt64(countIf(kind = 'resolved' AND occurred_at <= due_at)),
        'resolved_digitised', toInt64(countIf(kind = 'resolved' AND digitised)),
        'resolved_seconds', sumIf(toInt64(intDiv(taken_ms, 1000)), kind = 'resolved'),
        'rated', toInt64(countIf(kind = 'resolved' AND rating IS NOT NULL)),
        'rating_sum', sumIf(toInt64(ifNull(rating, 0)), kind = 'resolved'),
        'satisfied', toInt64(countIf(kind = 'resolved' AND rating >= 4)),
        'paid', toInt64(countIf(kind = 'paid')),
        'paid_online', toInt64(countIf(kind = 'paid' AND paid_online)),
        'paid_online_at_province', toInt64(countIf(kind = 'paid' AND paid_online AND level = 'province'))
    ) AS counts,
    map(
        'resolved_half_days',
        sumMapIf(map(toInt32(least(intDiv(taken_ms, 43200000), 1460)), toInt64(1)), kind = 'resolved')
    ) AS histograms,
    CAST(map() AS Map(String, Array(String))) AS sets
FROM archive
WHERE occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')}
GROUP BY district, pane
