-- What each agency took in and finished in the time range, and how much of it on time; from the archive.
-- Only the chosen feed's branch reads rows.
WITH {chosen_feed} AS chosen_feed
SELECT if(offices.name_vi = '', agency, offices.name_vi) AS "Cơ quan",
    taken_in AS "Tiếp nhận", finished AS "Đã xong",
    on_time / nullIf(finished, 0) AS "Đúng hạn",
    finished - on_time AS "Trễ hạn"
FROM
(
    {branches}
) AS events
LEFT JOIN
(
    {offices}
) AS offices ON offices.slug = events.agency
ORDER BY "Trễ hạn" DESC, "Tiếp nhận" DESC, "Cơ quan"
