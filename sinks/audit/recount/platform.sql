-- Each call counts in its own minute; how long it took as a histogram in steps of 20 ms, of which 3,000
-- (a minute) stand for any longer time. Connections are counted among the events alone.
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
