SELECT
    district,
    CAST(map() AS Map(String, Int64)) AS counts,
    map('{part}', sumMap(map(toInt64(hour), counted))) AS histograms
FROM told
GROUP BY district
