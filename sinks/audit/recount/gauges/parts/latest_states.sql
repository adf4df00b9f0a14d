-- Known items by their last reported state, and those of them that are up. Items without a recent report
-- have no state.
SELECT
    district,
    mapAdd(
        sumMapIf(map(concat('in_', said), toInt64(1)), counts_still),
        map(
            'up', toInt64(countIf(counts_still AND has({up}, said))),
            'known', transform(district, {counted}, {counts}, toInt64(0))
        )
    ) AS counts,
    CAST(map() AS Map(String, Map(Int64, Int64))) AS histograms
FROM every
LEFT JOIN (SELECT *, at_ms >= as_of_ms - {counts_for_ms} AS counts_still FROM told) AS told USING (district)
GROUP BY district
