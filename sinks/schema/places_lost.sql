-- Adds the places of archived events that follow the last place of their partition and generation: the view had
-- not written them when ClickHouse was killed. The view writes places insert by insert, in order.
INSERT INTO places (feed, generation, partition, offset, event_id, archived_at)
SELECT {feed:String}, archive.generation, archive.partition, archive.offset, archive.event_id, archive.archived_at
FROM {archive} AS archive
LEFT JOIN
(
    SELECT generation, partition, max(offset) + 1 AS following
    FROM places WHERE feed = {feed:String}
    GROUP BY generation, partition
) AS noted USING (generation, partition)
WHERE archive.offset >= noted.following
