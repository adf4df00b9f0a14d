-- Each report counts in its own minute, with the visitors, rooms, guests, nights and dong that it names.
SELECT
    district,
    toStartOfMinute(occurred_at) AS pane,
    max(is_ahead) AS is_moving,
    map(
        'events', toInt64(count()),
        'late', toInt64(countIf(late)),
        'arrivals', sumIf(toInt64(assumeNotNull(domestic)) + toInt64(assumeNotNull(foreign)), kind = 'arrival'),
        'foreign', sumIf(toInt64(assumeNotNull(foreign)), kind = 'arrival'),
        'rooms_available', sumIf(toInt64(assumeNotNull(rooms_available)), kind = 'stay'),
        'rooms_occupied', sumIf(toInt64(assumeNotNull(rooms_occupied)), kind = 'stay'),
        'guests', sumIf(toInt64(assumeNotNull(guests)), kind = 'stay'),
        'nights', sumIf(toInt64(assumeNotNull(nights)), kind = 'stay'),
        'revenue_vnd', sumIf(toInt64(assumeNotNull(amount_vnd)), kind = 'revenue'),
        'complaints', toInt64(countIf(kind = 'complaint'))
    ) AS counts,
    CAST(map() AS Map(String, Map(Int32, Int64))) AS histograms,
    CAST(map() AS Map(String, Array(String))) AS sets
FROM archive
WHERE occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')}
GROUP BY district, pane
