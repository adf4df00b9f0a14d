-- Each camera event counts in its own minute. Speeds are kept in tenths of km/h, rounded half to even
-- like the worker's, and as a histogram of whole km/h, cut off. Trucks and buses are heavy.
SELECT
    district,
    toStartOfMinute(occurred_at) AS pane,
    max(is_ahead) AS is_moving,
    map(
        'events', toInt64(count()),
        'late', toInt64(countIf(late)),
        'detections', toInt64(countIf(kind = 'detection')),
        'suspected', toInt64(countIf(kind = 'detection' AND violation IS NOT NULL)),
        'heavy', toInt64(countIf(kind = 'detection' AND vehicle_class IN ('truck', 'bus'))),
        'speed_deci_kmh', sumIf(toInt64(roundBankers(assumeNotNull(speed_kmh) * 10)), kind = 'detection'),
        'reviews', toInt64(countIf(kind = 'review')),
        'confirmed', toInt64(countIf(kind = 'review' AND review = 'confirmed')),
        'rejected', toInt64(countIf(kind = 'review' AND review = 'rejected'))
    ) AS counts,
    map('speed_kmh', sumMapIf(map(toInt32(assumeNotNull(speed_kmh)), toInt64(1)), kind = 'detection')) AS histograms,
    CAST(map() AS Map(String, Array(String))) AS sets
FROM archive
WHERE occurred_at >= {since:DateTime('UTC')} AND occurred_at < {until:DateTime('UTC')}
GROUP BY district, pane
