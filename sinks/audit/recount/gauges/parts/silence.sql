-- Senders by whole minutes since they were last heard from, at least 0.
SELECT
    district,
    CAST(map() AS Map(String, Int64)) AS counts,
    map(
        'silent_minutes',
        sumMap(map(least(toInt64({longest}), intDiv(greatest(toInt64(0), as_of_ms - at_ms), 60000)), toInt64(1)))
    ) AS histograms
FROM told
GROUP BY district
