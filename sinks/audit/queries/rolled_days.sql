-- The local days that have panes or roll-ups, by their start, with the number of panes.
SELECT toUnixTimestamp(day) AS start_s, toUInt64(sum(panes)) AS panes
FROM
(
    SELECT toDateTime(toStartOfDay(pane, 'Asia/Ho_Chi_Minh'), 'UTC') AS day, count() AS panes
    FROM panes WHERE feed = {feed:String} AND pane >= {since:DateTime('UTC')} GROUP BY day
    UNION ALL
    SELECT toDateTime(toStartOfDay(period, 'Asia/Ho_Chi_Minh'), 'UTC') AS day, 0
    FROM rollups WHERE feed = {feed:String} AND period >= {since:DateTime('UTC')} GROUP BY day
)
WHERE day >= {since:DateTime('UTC')}
GROUP BY day
ORDER BY day
