-- Days of the province's calendar, each made of all its hours, which are read once as the panes of an hour are.
INSERT INTO rollups (grain, feed, district, period, first, last, version, counts, histograms, sets)
SELECT 'day', feed, district, toDateTime(day, 'UTC'), anyIf(first, part = ''), anyIf(last, part = ''),
    anyIf(version, part = ''), anyIf(counts, part = ''),
    mapFromArrays(groupArrayIf(part, part != ''), groupArrayIf(bins, part != '')), anyIf(sets, part = '')
FROM
(
    SELECT feed, district, toStartOfDay(period, 'Asia/Ho_Chi_Minh') AS day, part, min(hours.first) AS first, max(hours.last) AS last,
        sum(hours.version) AS version, sumMapIf(hours.counts, part = '') AS counts, sumMap(bins_of_hour) AS bins,
        groupUniqArrayArrayMapIf(hours.sets, part = '') AS sets
    FROM
    (
        SELECT feed, district, period, first, last, version, counts, sets,
            arrayConcat([''], mapKeys(histograms)) AS parts,
            arrayConcat([CAST(map(), 'Map(Int32, Int64)')], mapValues(histograms)) AS all_bins
        FROM rollups FINAL
        WHERE grain = 'hour' AND period >= {since} AND period < {until} AND {which}
    ) AS hours
    ARRAY JOIN parts AS part, all_bins AS bins_of_hour
    GROUP BY feed, district, day, part
)
GROUP BY feed, district, day
