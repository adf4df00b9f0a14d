-- Known items by the state that they were last said to be in, and those of them that are up.
SELECT
    district,
    mapAdd(
        sumMap(map(concat('in_', said), toInt64(1))),
        map(
            'up', toInt64(countIf(has({up}, said))),
            'known', transform(district, {counted}, {counts}, toInt64(0))
        )
    ) AS counts,
    CAST(map() AS Map(String, Map(Int64, Int64))) AS histograms
FROM told
GROUP BY district
