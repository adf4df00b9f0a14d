-- Counts for one share of all event ids: how many have a place, are archived, and came late.
WITH bitShiftLeft(toUInt64(generation), 16) + partition AS log
SELECT
    countIf(is_placed) AS placed,
    countIf(is_placed AND is_archived) AS archived,
    countIf(is_placed AND is_archived AND is_late) AS late
FROM
(
    SELECT
        event_id,
        max(placed) AS is_placed,
        max(archived) AS is_archived,
        max(late) AS is_late
    FROM
    (
        SELECT event_id, true AS placed, false AS archived, false AS late
        FROM places
        WHERE feed = {feed:String} AND cityHash64(event_id) % {buckets:UInt32} = {bucket:UInt32}
            AND toInt64(offset) >= transform(log, {logs}, {firsts}, toInt64(0))
            AND toInt64(offset) <= transform(log, {logs}, {lasts}, toInt64(-1))
        UNION ALL
        SELECT event_id, false, true, late
        FROM events_{feed}
        WHERE archived_at >= {since:DateTime64(3, 'UTC')}
            AND cityHash64(event_id) % {buckets:UInt32} = {bucket:UInt32}
    )
    GROUP BY event_id
)
