-- The parts that older panes do not know, and since when the panes of all partitions do.
SELECT part, max(since) AS since_when
FROM
(
    SELECT known_since FROM progress FINAL WHERE feed = {feed:String}
    ORDER BY version DESC LIMIT 1 BY partition
)
ARRAY JOIN mapKeys(known_since) AS part, mapValues(known_since) AS since
GROUP BY part
