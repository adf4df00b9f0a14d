-- Events of the window that something raised for, but those that were sent again after a fix.
SELECT toFloat64(count()) AS value
FROM rejects FINAL
WHERE feed = '{feed}' AND reason = 'unprocessable' AND $__timeFilter(rejected_at)
    AND (feed, topic, generation, partition, offset) NOT IN
    (
        SELECT feed, topic, generation, partition, offset FROM reject_replays WHERE feed = '{feed}'
    )
HAVING value > 0
