-- For each partition of a feed: the newest generation of its log, the last offset before the first gap, and
-- the verdicts up to there. The log of an earlier generation no longer exists and none of its gaps can be
-- filled, so its last offset counts.
WITH
    all_places AS
    (
        SELECT generation, partition, offset, 'accepted' AS verdict
        FROM places FINAL WHERE feed = {feed:String}
        UNION ALL
        SELECT generation, partition, offset, if(reason = 'duplicate', 'duplicate', 'rejected')
        FROM rejects FINAL WHERE feed = {feed:String}
        UNION ALL
        SELECT generation, partition, arrayJoin(range(first, last + 1)), 'blank'
        FROM blank_offsets FINAL WHERE feed = {feed:String}
    ),
    newest AS (SELECT partition, max(generation) AS generation FROM all_places GROUP BY partition),
    present AS
    (
        SELECT partition, generation, offset, verdict FROM all_places
        WHERE (partition, generation) IN (SELECT partition, generation FROM newest)
    ),
    whole AS
    (
        SELECT partition, generation,
            if(generation < {current:UInt32}, max(offset),
                minIf(offset, next_offset != offset + 1)) AS upto
        FROM
        (
            SELECT partition, generation, offset,
                leadInFrame(offset) OVER (PARTITION BY partition ORDER BY offset
                    ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING) AS next_offset
            FROM (SELECT DISTINCT partition, generation, offset FROM present)
        )
        GROUP BY partition, generation
    )
SELECT whole.partition, whole.generation, whole.upto,
    countIf(present.verdict = 'accepted'), countIf(present.verdict = 'rejected'),
    countIf(present.verdict = 'duplicate'), any(late.late), any(late.beyond)
FROM whole
JOIN present USING (partition, generation)
LEFT JOIN
(
    SELECT partition, generation, countIf(late) AS late, countIf(beyond) AS beyond FROM {archive} FINAL
    GROUP BY partition, generation
) AS late USING (partition, generation)
WHERE present.offset <= whole.upto
GROUP BY whole.partition, whole.generation, whole.upto
ORDER BY whole.partition
