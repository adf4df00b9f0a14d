-- Compares the panes of a span of time with their recount from the archive. A pane is compared once all
-- events that it includes, and all its archived events, lie before the cut of its partition; until then
-- it is moving. An absent part equals a part that is zero or empty.
WITH
    archive AS
    (
        SELECT
            *,
            bitShiftLeft(toUInt64(generation), 40) + offset
                > transform(partition, {partitions}, {cuts}, toUInt64(0)) AS is_ahead
        FROM events_{feed} FINAL
        WHERE NOT ifNull(beyond, false)
    ),
    held AS
    (
        SELECT
            toString(district) AS district,
            pane,
            version,
            mapSort(mapFilter((part, n) -> n != 0, CAST(counts AS Map(String, Int64)))) AS counts,
            mapSort(mapFilter((part, bins) -> notEmpty(bins), mapApply(
                (part, bins) -> (part, mapSort(mapFilter((bin, n) -> n != 0, bins))),
                CAST(histograms AS Map(String, Map(Int32, Int64)))))) AS histograms,
            mapSort(mapFilter((part, members) -> notEmpty(members), mapApply(
                (part, members) -> (part, arraySort(arrayDistinct(members))),
                CAST(sets AS Map(String, Array(String)))))) AS sets
        FROM panes FINAL
        WHERE feed = {feed:String} AND pane >= {since:DateTime('UTC')} AND pane < {until:DateTime('UTC')}
    ),
    recounted AS
    (
        SELECT
            toString(district) AS district,
            pane,
            is_moving,
            mapSort(mapFilter((part, n) -> n != 0, CAST(counts AS Map(String, Int64)))) AS counts,
            mapSort(mapFilter((part, bins) -> notEmpty(bins), mapApply(
                (part, bins) -> (part, mapSort(mapFilter((bin, n) -> n != 0, bins))),
                CAST(histograms AS Map(String, Map(Int32, Int64)))))) AS histograms,
            mapSort(mapFilter((part, members) -> notEmpty(members), mapApply(
                (part, members) -> (part, arraySort(arrayDistinct(members))),
                CAST(sets AS Map(String, Array(String)))))) AS sets
        FROM
        (
{recount}
        )
    )
SELECT
    countIf(NOT moves) AS checked,
    countIf(moves) AS moving,
    countIf(is_wrong) AS wrong,
    groupArrayIf({limit})((district, pane, version, held_counts, held_histograms, held_sets, counts, histograms, sets), is_wrong) AS examples
FROM
(
    SELECT
        district,
        pane,
        held.version AS version,
        held.counts AS held_counts,
        held.histograms AS held_histograms,
        held.sets AS held_sets,
        recounted.counts AS counts,
        recounted.histograms AS histograms,
        recounted.sets AS sets,
        recounted.is_moving
            OR held.version > transform(district, {districts}, {district_cuts}, {least_cut:UInt64}) AS moves,
        NOT moves
            AND NOT (held_counts = counts AND held_histograms = histograms AND held_sets = sets) AS is_wrong
    FROM held FULL JOIN recounted USING (district, pane)
)
