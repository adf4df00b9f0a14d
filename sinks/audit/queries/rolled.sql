-- Compares the hours and days of whole local days with the merged panes of these days: count by count, bin by
-- bin, member by member. Days are recounted from minutes, not from hours.
WITH
    sources AS
    (
        SELECT false AS is_held, grain, district,
            if(grain = 'hour', toStartOfHour(pane), toDateTime(toStartOfDay(pane, 'Asia/Ho_Chi_Minh'), 'UTC')) AS period,
            counts, histograms, sets
        FROM
        (
            SELECT district, pane, counts, histograms, sets
            FROM panes FINAL
            WHERE feed = {feed:String} AND pane >= {since:DateTime('UTC')} AND pane < {until:DateTime('UTC')}
        )
        ARRAY JOIN ['hour', 'day'] AS grain
        UNION ALL
        SELECT true, grain, district, period, counts, histograms, sets
        FROM rollups FINAL
        WHERE feed = {feed:String} AND period >= {since:DateTime('UTC')} AND period < {until:DateTime('UTC')}
    ),
    facts AS
    (
        SELECT is_held, grain, district, period, toString(part) AS part, '' AS member, sum(n) AS amount
        FROM sources ARRAY JOIN mapKeys(counts) AS part, mapValues(counts) AS n
        GROUP BY is_held, grain, district, period, part
        UNION ALL
        SELECT is_held, grain, district, period, toString(part) AS part, toString(bin) AS member, sum(n)
        FROM (SELECT is_held, grain, district, period, part, bins FROM sources ARRAY JOIN mapKeys(histograms) AS part, mapValues(histograms) AS bins)
        ARRAY JOIN mapKeys(bins) AS bin, mapValues(bins) AS n
        GROUP BY is_held, grain, district, period, part, member
        UNION ALL
        SELECT is_held, grain, district, period, toString(part) AS part, member, 1
        FROM (SELECT is_held, grain, district, period, part, members FROM sources ARRAY JOIN mapKeys(sets) AS part, mapValues(sets) AS members)
        ARRAY JOIN members AS member
        GROUP BY is_held, grain, district, period, part, member
    )
SELECT count() AS checked, countIf(notEmpty(differences)) AS wrong,
    groupArrayIf({limit})((grain, district, period, differences[1]), notEmpty(differences)) AS examples,
    groupArrayIf({at_once})((district, toUnixTimestamp(period)), notEmpty(differences) AND grain = 'hour') AS hours,
    groupArrayIf({at_once})((district, toUnixTimestamp(period)), notEmpty(differences) AND grain = 'day') AS days
FROM
(
    SELECT grain, district, period,
        arraySort(groupArrayIf((part, member, held, recounted), held != recounted)) AS differences
    FROM
    (
        SELECT grain, district, period, part, member,
            sumIf(amount, is_held) AS held, sumIf(amount, NOT is_held) AS recounted
        FROM facts
        GROUP BY grain, district, period, part, member
    )
    GROUP BY grain, district, period
)
