-- Each camera event counts in its own minute. A rejected suspicion is also subtracted in the minute of its
-- detection, if the review names a time at most 24 hours before it and not after it. Of several reviews of one
-- detection, the earliest counts. Speeds are in tenths of km/h, rounded half to even as in the worker, and as
-- a histogram of whole km/h, rounded down. Trucks and buses are heavy.
SELECT
    district,
    toStartOfMinute(counted_at) AS pane,
    max(is_ahead) AS is_moving,
    map(
        'events', toInt64(countIf(is_own)),
        'late', toInt64(countIf(is_own AND late)),
        'detections', toInt64(countIf(is_own AND kind = 'detection')),
        'suspected', toInt64(countIf(is_own AND kind = 'detection' AND violation IS NOT NULL)) - toInt64(countIf(NOT is_own)),
        'heavy', toInt64(countIf(is_own AND kind = 'detection' AND vehicle_class IN ('truck', 'bus'))),
        'speed_deci_kmh', sumIf(toInt64(roundBankers(assumeNotNull(speed_kmh) * 10)), is_own AND kind = 'detection'),
        'reviews', toInt64(countIf(is_own AND kind = 'review')),
        'confirmed', toInt64(countIf(is_own AND kind = 'review' AND review = 'confirmed')),
        'rejected', toInt64(countIf(is_own AND kind = 'review' AND review = 'rejected'))
    ) AS counts,
    map(
        'speed_kmh',
        sumMapIf(map(toInt32(assumeNotNull(speed_kmh)), toInt64(1)), is_own AND kind = 'detection')
    ) AS histograms,
    CAST(map() AS Map(String, Array(String))) AS sets
FROM
(
    SELECT *, occurred_at AS counted_at, true AS is_own
    FROM archive
    WHERE occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')}
    UNION ALL
    SELECT *, assumeNotNull(detected_at) AS counted_at, false AS is_own
    FROM
    (
        SELECT * FROM archive
        WHERE kind = 'review' AND review = 'rejected'
            AND occurred_at >= detected_at AND occurred_at <= detected_at + toIntervalHour(24)
            AND occurred_at >= {since:DateTime64(3, 'UTC')} - toIntervalHour(24)
            AND occurred_at < {until:DateTime64(3, 'UTC')} + toIntervalHour(48)
        ORDER BY occurred_at, toString(event_id)
        LIMIT 1 BY partition, detection_id
    )
    WHERE detected_at >= {since:DateTime64(3, 'UTC')} AND detected_at < {until:DateTime64(3, 'UTC')}
)
GROUP BY district, pane
