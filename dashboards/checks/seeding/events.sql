-- One kind of a feed's events, spread evenly over the minutes. In square brackets: what the contract
-- says of the feed.
INSERT INTO events_[feed] (event_id, district, occurred_at, source, feed, kind, [names],
    generation, partition, offset, late, archived_at)
WITH (SELECT groupArray(code) FROM units WHERE parent != '') AS districts,
    (SELECT groupArray(slug) FROM agencies) AS agencies,
    (SELECT groupArray(camera_id) FROM cameras) AS cameras
SELECT reinterpretAsUUID(unhex(hex(sipHash128(number, '[kind]', '[feed]')))),
    districts[1 + sipHash64(number, 'district') % length(districts)],
    fromUnixTimestamp64Milli(toInt64(1000 * ({until:UInt32}
        - number * {minutes:UInt32} * 60 / (1 + intDiv({events:UInt64}, [kinds])))), 'UTC') AS at,
    'sim', '[feed]', '[kind]', [values],
    0, number % 4, intDiv(number, 4) * [kinds] + [index], number % 200 = 0, at + INTERVAL 1 SECOND
FROM numbers(1 + intDiv({events:UInt64}, [kinds]))
