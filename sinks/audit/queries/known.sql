-- How far each partition is known, for each generation of its log. Panes are stored before the progress
-- that includes them, so a partition has been processed up to its stored progress; -1: not at all.
SELECT
    generation,
    partition,
    max(progressed) AS progressed,
    max(seen) AS seen
FROM
(
    SELECT generation, partition, toInt64(version) - bitShiftLeft(toInt64(generation), 40) AS progressed, toInt64(-1) AS seen
    FROM progress FINAL WHERE feed = {feed:String}
    UNION ALL
    SELECT generation, partition, toInt64(-2), toInt64(max(offset))
    FROM places WHERE feed = {feed:String} GROUP BY generation, partition
    UNION ALL
    SELECT generation, partition, toInt64(-2), toInt64(max(offset))
    FROM rejects WHERE feed = {feed:String} AND topic = {topic:String} GROUP BY generation, partition
)
GROUP BY generation, partition
ORDER BY generation, partition
