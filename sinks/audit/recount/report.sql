-- Each reported figure counts in the minute in which it was reported. Every vintage after the first is a
-- revision.
SELECT
    district,
    toStartOfMinute(occurred_at) AS pane,
    max(is_ahead) AS is_moving,
    map(
        'events', toInt64(count()),
        'late', toInt64(countIf(late)),
        'figures', toInt64(count()),
        'revisions', toInt64(countIf(vintage > 1))
    ) AS counts,
    CAST(map() AS Map(String, Map(Int32, Int64))) AS histograms,
    CAST(map() AS Map(String, Array(String))) AS sets
FROM archive
WHERE occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')}
GROUP BY district, pane
