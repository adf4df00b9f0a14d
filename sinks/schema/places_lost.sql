-- The places of what is archived beyond the last place of its partition in that generation of the log: those
-- that a view had not noted yet when ClickHouse was killed. Places are noted an insert at a time, in order.
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
