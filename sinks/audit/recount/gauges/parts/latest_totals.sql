-- The sum of the latest totals of all known reporters heard from recently, and the whole that it is part of.
SELECT
    district,
    map('{total}', sumIf(said, at_ms >= as_of_ms - {counts_for_ms}), '{of_whole}', transform(district, {counted}, {counts}, toInt64(0))) AS counts,
    CAST(map() AS Map(String, Map(Int64, Int64))) AS histograms
FROM every
LEFT JOIN told USING (district)
GROUP BY district
