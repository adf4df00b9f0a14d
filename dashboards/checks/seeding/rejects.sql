INSERT INTO rejects (feed, topic, generation, partition, offset, reason, detail, raw_base64,
    published_at, rejected_at)
SELECT name, concat('ioc.events.', name, '.v1'), 0, number % 4, 1000000000 + number,
    ['malformed', 'duplicate', 'unknown_unit', 'too_late', 'too_far_ahead', 'too_large', 'unprocessable', 'wrong_partition'][1 + number % 8],
    concat('trường ', toString(number % 7), ': giá trị sai'),
    base64Encode('{"sai":"Đà Bắc"}'),
    at - INTERVAL 1 SECOND, at
FROM
(
    SELECT name, number, fromUnixTimestamp64Milli(
        toInt64(1000 * ({until:UInt32} - number * {minutes:UInt32} * 60 / {rows:UInt32})), 'UTC') AS at
    FROM feeds CROSS JOIN numbers({rows:UInt32}) AS every
)
