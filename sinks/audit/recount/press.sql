-- Each article counts in the minute in which it appeared. Scores are in thousandths, rounded half to
-- even as in the worker. An outlet counts once a minute.
SELECT
    district,
    toStartOfMinute(occurred_at) AS pane,
    max(is_ahead) AS is_moving,
    map(
        'events', toInt64(count()),
        'late', toInt64(countIf(late)),
        'articles', toInt64(count()),
        'negative', toInt64(countIf(sentiment = 'negative')),
        'score_milli', sum(toInt64(roundBankers(score * 1000)))
    ) AS counts,
    CAST(map() AS Map(String, Map(Int32, Int64))) AS histograms,
    map('outlets', groupUniqArray(toString(outlet))) AS sets
FROM archive
WHERE occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')}
GROUP BY district, pane
