-- Examples of places whose event is not archived.
WITH bitShiftLeft(toUInt64(generation), 16) + partition AS log
SELECT generation, partition, offset, toString(event_id)
FROM places
WHERE feed = {feed:String}
    AND toInt64(offset) >= transform(log, {logs}, {firsts}, toInt64(0))
    AND toInt64(offset) <= transform(log, {logs}, {lasts}, toInt64(-1))
    AND cityHash64(event_id) % {buckets:UInt32} = {bucket:UInt32}
    AND event_id NOT IN
    (
        SELECT event_id FROM events_{feed}
        WHERE cityHash64(event_id) % {buckets:UInt32} = {bucket:UInt32}
    )
ORDER BY generation, partition, offset
LIMIT {limit:UInt32}
