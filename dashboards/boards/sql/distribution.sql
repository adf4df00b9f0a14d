-- The histograms of all panes of the time range, added bin by bin, in some 40 bars up to the bin that holds
-- the 99th of a hundred values; what lies beyond is one bar more.
WITH
    merged AS
    (
        SELECT sumMap(histograms[{part}]) AS bins
        FROM panes FINAL
        WHERE feed = {feed}
            AND district IN (${district:singlequote})
            AND $__timeFilter(pane)
    ),
    scaled AS
    (
        SELECT bins,
            arrayFirst(
                (bin, upto) -> upto >= 0.99 * arraySum(mapValues(bins)),
                mapKeys(bins), arrayCumSum(mapValues(bins))) AS last_bin,
            intDiv(last_bin, 40) + 1 AS step,
            intDiv(last_bin, step) AS last_bar
        FROM merged
        WHERE length(bins) > 0
    )
SELECT
    if(bar > last_bar,
        concat('≥ ', toString(bar * step * {width})),
        concat(toString(bar * step * {width}), '–', toString((bar + 1) * step * {width}))) AS {title},
    arraySum(
        (bin, amount) -> if(least(intDiv(bin, step), last_bar + 1) = bar, amount, 0),
        mapKeys(bins), mapValues(bins)) AS "Số lượng"
FROM scaled
ARRAY JOIN range(toUInt64(last_bar + 2)) AS bar
ORDER BY bar
