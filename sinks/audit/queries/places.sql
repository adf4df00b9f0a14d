-- How many offsets of each log were accepted and rejected, how many are known at all, and how many of
-- these are blank. They are counted as bitmaps: a row that is stored twice changes nothing, and an offset
-- takes about a bit.
WITH bitShiftLeft(toUInt64(generation), 16) + partition AS log
SELECT
    log,
    groupBitmapIf(offset, verdict = 'accepted') AS accepted,
    groupBitmapIf(offset, verdict IN ('rejected', 'duplicate')) AS rejected,
    groupBitmapIf(offset, verdict = 'duplicate') AS duplicates,
    groupBitmap(offset) AS known,
    groupBitmapIf(offset, verdict = 'blank') AS blank
FROM
(
    SELECT generation, partition, offset, 'accepted' AS verdict
    FROM places WHERE feed = {feed:String}
    UNION ALL
    SELECT generation, partition, offset, if(reason = 'duplicate', 'duplicate', 'rejected')
    FROM rejects FINAL WHERE feed = {feed:String} AND topic = {topic:String}
    UNION ALL
    SELECT generation, partition, arrayJoin(range(first, last + 1)), 'blank'
    FROM blank_offsets WHERE feed = {feed:String}
)
WHERE toInt64(offset) >= transform(log, {logs}, {firsts}, toInt64(0))
    AND toInt64(offset) <= transform(log, {logs}, {lasts}, toInt64(-1))
GROUP BY log
