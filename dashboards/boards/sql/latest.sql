-- The latest events of the chosen districts, from the archive; none is older than {span_s} s before the
-- end of the time range. An event that was written twice is shown once.
SELECT occurred_at AS "Lúc", units.name_vi AS "Địa phương", kind AS "Loại",
    {fields},
    if(late, 'có', 'không') AS "Đến muộn", event_id AS "Mã sự kiện"
FROM
(
    SELECT event_id, occurred_at, district, kind, late,
        {names}
    FROM events_{feed}
    WHERE district IN (${district:singlequote})
        AND occurred_at >= greatest($__fromTime, $__toTime - INTERVAL {span_s} SECOND)
        AND occurred_at <= $__toTime
    ORDER BY occurred_at DESC, event_id, generation, partition, offset
    LIMIT 1 BY event_id
    LIMIT {most}
) AS events
LEFT JOIN units ON units.code = events.district
ORDER BY occurred_at DESC, event_id
LIMIT {most}
