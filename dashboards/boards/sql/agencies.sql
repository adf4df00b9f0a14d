-- What each agency took in and finished in the time range, and how much of it on time; from the archive.
WITH {feed_text} AS chosen_feed
SELECT if(offices.name_vi = '', agency, offices.name_vi) AS "Cơ quan",
    taken_in AS "Tiếp nhận", finished AS "Đã xong",
    on_time / nullIf(finished, 0) AS "Đúng hạn",
    finished - on_time AS "Trễ hạn"
FROM
(
    {agency_branch}
) AS events
LEFT JOIN
(
    {offices}
) AS offices ON offices.slug = events.agency
ORDER BY "Trễ hạn" DESC, "Tiếp nhận" DESC, "Cơ quan"
LIMIT 200
