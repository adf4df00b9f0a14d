INSERT INTO progress (feed, generation, partition, version, newest, watermark, accepted, rejected,
    duplicates, late, emitted_at)
SELECT name, 0, number, {until:UInt64} * 1000, at, at - INTERVAL 5 SECOND, {events:UInt64} / 4, 40, 8, 3,
    at + INTERVAL 1 SECOND
FROM
(
    SELECT name, number,
        -- one partition is left behind
        toDateTime64({until:UInt32} - if(name = (SELECT argMin(name, length(name)) FROM feeds) AND number = 3, 3600, 0), 3, 'UTC') AS at
    FROM feeds CROSS JOIN numbers(4) AS every
)
