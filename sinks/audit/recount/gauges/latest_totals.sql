-- The latest totals of all known reporters together, beside the whole that they are a part of.
SELECT
    district,
    map('{total}', sum(said), '{of_whole}', transform(district, {counted}, {counts}, toInt64(0))) AS counts,
    CAST(map() AS Map(String, Map(Int64, Int64))) AS histograms
FROM told
GROUP BY district
