-- Known devices, and those heard from within the limit before the instant of the gauge.
SELECT
    district,
    map(
        'online', toInt64(countIf(item != '' AND at_ms >= as_of_ms - {limit_ms})),
        'known', transform(district, {counted}, {counts}, toInt64(0))
    ) AS counts,
    CAST(map() AS Map(String, Map(Int64, Int64))) AS histograms
FROM every
LEFT JOIN told USING (district)
GROUP BY district
