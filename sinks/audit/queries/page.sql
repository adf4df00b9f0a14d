-- The known offsets of a log within bounds less than 65,536 apart.
SELECT DISTINCT offset
FROM
(
    SELECT offset FROM places
    WHERE feed = {feed:String} AND generation = {generation:UInt32} AND partition = {partition:UInt16}
    UNION ALL
    SELECT offset FROM rejects
    WHERE feed = {feed:String} AND topic = {topic:String} AND generation = {generation:UInt32}
        AND partition = {partition:UInt16}
    UNION ALL
    SELECT arrayJoin(range(first, last + 1)) FROM blank_offsets
    WHERE feed = {feed:String} AND generation = {generation:UInt32} AND partition = {partition:UInt16}
)
WHERE toInt64(offset) BETWEEN {first:Int64} AND {last:Int64}
ORDER BY offset
