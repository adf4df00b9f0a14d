-- Archived events and panes of each hour of event time.
SELECT hour, toUInt64(sum(events)) AS events, toUInt64(sum(panes)) AS panes
FROM
(
    SELECT toStartOfHour(occurred_at) AS hour, count() AS events, 0 AS panes
    FROM events_{feed} WHERE occurred_at >= {since:DateTime64(3, 'UTC')} GROUP BY hour
    UNION ALL
    SELECT toStartOfHour(pane), 0, count()
    FROM panes WHERE feed = {feed:String} AND pane >= {since:DateTime('UTC')} GROUP BY toStartOfHour(pane)
)
GROUP BY hour
ORDER BY hour
