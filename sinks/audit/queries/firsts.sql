-- The first offset of each log that was accepted or rejected since the given time.
SELECT generation, partition, toInt64(min(offset)) AS first
FROM
(
    SELECT generation, partition, offset FROM places
    WHERE feed = {feed:String} AND archived_at >= {since:DateTime64(3, 'UTC')}
    UNION ALL
    SELECT generation, partition, offset FROM rejects
    WHERE feed = {feed:String} AND topic = {topic:String} AND rejected_at >= {since:DateTime64(3, 'UTC')}
)
GROUP BY generation, partition
