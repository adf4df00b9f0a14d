-- What each agency took in and finished in the time range, and how much of it on time; from the archive.
SELECT if(agencies.name_vi = '', agency, agencies.name_vi) AS "Cơ quan",
    taken_in AS "Tiếp nhận", finished AS "Đã xong",
    on_time / nullIf(finished, 0) AS "Đúng hạn",
    finished - on_time AS "Trễ hạn"
FROM
(
    SELECT agency,
        countIf(kind IN ({opens})) AS taken_in,
        countIf(kind IN ({closes})) AS finished,
        countIf(kind IN ({closes}) AND occurred_at <= {due}) AS on_time
    FROM events_{feed} FINAL
    WHERE district IN (${district:singlequote})
        AND $__timeFilter(occurred_at)
        AND kind IN ({opens}, {closes})
    GROUP BY agency
) AS events
LEFT JOIN agencies ON agencies.slug = events.agency
ORDER BY "Trễ hạn" DESC, "Tiếp nhận" DESC, "Cơ quan"
LIMIT 200
