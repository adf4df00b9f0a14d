SELECT agency,
    countIf(kind IN ({opens})) AS taken_in,
    countIf(kind IN ({closes})) AS finished,
    countIf(kind IN ({closes}) AND occurred_at <= {due}) AS on_time
FROM events_{feed} FINAL
WHERE chosen_feed = {feed_text}
    AND district IN (${district:singlequote})
    AND $__timeFilter(occurred_at)
    AND kind IN ({opens}, {closes})
GROUP BY agency
