-- Examples of places whose event was both accepted and rejected.
WITH bitShiftLeft(toUInt64(generation), 16) + partition AS log
SELECT generation, partition, offset, reason
FROM rejects FINAL
WHERE feed = {feed:String} AND topic = {topic:String}
    AND toInt64(offset) >= transform(log, {logs}, {firsts}, toInt64(0))
    AND toInt64(offset) <= transform(log, {logs}, {lasts}, toInt64(-1))
    AND (generation, partition, offset) IN
    (
        SELECT generation, partition, offset FROM places
        WHERE feed = {feed:String} AND (generation, partition, offset) IN
        (
            SELECT generation, partition, offset FROM rejects
            WHERE feed = {feed:String} AND topic = {topic:String}
        )
    )
ORDER BY generation, partition, offset
LIMIT {limit:UInt32}
