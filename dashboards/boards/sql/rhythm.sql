-- Events by local day (across) and hour of the day (a column each).
SELECT toStartOfDay(pane, 'Asia/Ho_Chi_Minh') AS time,
    {hours}
FROM panes FINAL
WHERE feed = {feed}
    AND district IN (${district:singlequote})
    AND $__timeFilter(pane)
GROUP BY time
ORDER BY time
