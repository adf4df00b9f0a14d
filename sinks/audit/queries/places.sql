-- How many offsets of each log were accepted and rejected, and how many are known at all. They are
-- counted as bitmaps: a row that is stored twice changes nothing, and an offset takes about a bit.
WITH bitShiftLeft(toUInt64(generation), 16) + partition AS log
SELECT
    log,
    groupBitmapIf(offset, NOT is_reject) AS accepted,
    groupBitmapIf(offset, is_reject) AS rejected,
    groupBitmapIf(offset, is_duplicate) AS duplicates,
    groupBitmap(offset) AS known
FROM
(
    SELECT generation, partition, offset, false AS is_reject, false AS is_duplicate
    FROM places WHERE feed = {feed:String}
    UNION ALL
    SELECT generation, partition, offset, true, reason = 'duplicate'
    FROM rejects FINAL WHERE feed = {feed:String} AND topic = {topic:String}
)
WHERE toInt64(offset) >= transform(log, {logs}, {firsts}, toInt64(0))
    AND toInt64(offset) <= transform(log, {logs}, {lasts}, toInt64(-1))
GROUP BY log
