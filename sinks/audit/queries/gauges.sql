-- The gauges of each district as last emitted.
SELECT
    toString(district) AS district,
    version,
    as_of_ms,
    toUnixTimestamp64Milli(emitted_at) AS emitted_ms,
    CAST(counts AS Map(String, Int64)) AS counts,
    CAST(histograms AS Map(String, Map(Int64, Int64))) AS histograms
FROM gauges FINAL
WHERE feed = {feed:String}
