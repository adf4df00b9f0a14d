-- Hours, each made of all its panes. A count that no minute has, but that an indicator needs, is a true zero.
-- Panes are read once, the row of each also standing for its counts and sets (part ''): what is written
-- is of one moment, as its version says.
INSERT INTO rollups (grain, feed, district, period, first, last, version, counts, histograms, sets)
SELECT 'hour', feed, district, hour, first, last, version, mapUpdate(zeros, counts), histograms, sets
FROM
(
    SELECT feed, district, hour, anyIf(first, part = '') AS first, anyIf(last, part = '') AS last,
        anyIf(version, part = '') AS version, anyIf(counts, part = '') AS counts, anyIf(sets, part = '') AS sets,
        mapFromArrays(groupArrayIf(part, part != ''), groupArrayIf(bins, part != '')) AS histograms
    FROM
    (
        SELECT feed, district, toStartOfHour(pane) AS hour, part, min(pane) AS first, max(pane) AS last,
            sum(toUInt128(panes.version)) AS version,
            sumMapIf(panes.counts, part = '') AS counts, sumMap(bins_of_pane) AS bins,
            groupUniqArrayArrayMapIf(panes.sets, part = '') AS sets
        FROM
        (
            SELECT feed, district, pane, version, counts, sets,
                arrayConcat([''], mapKeys(histograms)) AS parts,
                arrayConcat([CAST(map(), 'Map(Int32, Int64)')], mapValues(histograms)) AS all_bins
            FROM panes FINAL
            WHERE pane >= {since} AND pane < {until} AND {which}
        ) AS panes
        ARRAY JOIN parts AS part, all_bins AS bins_of_pane
        GROUP BY feed, district, hour, part
    )
    GROUP BY feed, district, hour
) AS merged
LEFT JOIN
(
    SELECT feed, CAST(mapFromArrays(parts, arrayMap(part -> 0, parts)), 'Map(LowCardinality(String), Int64)') AS zeros
    FROM
    (
        SELECT catalog.feed AS feed, groupUniqArrayArray(arrayFilter(part -> part != '', [numerator, denominator])) AS parts
        FROM indicator_formulas AS formulas
        INNER JOIN indicator_catalog AS catalog ON catalog.id = formulas.id
        GROUP BY feed
    )
) AS needed USING (feed)
