-- Each call counts in its own minute. The histogram of durations has bins of 20 ms; bin 3,000 (a minute)
-- stands for any longer time. Connections count only among the events.
SELECT
    district,
    toStartOfMinute(occurred_at) AS pane,
    max(is_ahead) AS is_moving,
    map(
        'events', toInt64(count()),
        'late', toInt64(countIf(late)),
        'calls', toInt64(countIf(kind = 'call')),
        'calls_ok', toInt64(countIf(kind = 'call' AND status = 'ok'))
    ) AS counts,
    map(
        'latency_bins',
        sumMapIf(map(toInt32(least(intDiv(assumeNotNull(latency_ms), 20), 3000)), toInt64(1)), kind = 'call')
    ) AS histograms,
    CAST(map() AS Map(String, Array(String))) AS sets
FROM archive
WHERE occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')}
GROUP BY district, pane
