-- Agencies of the chosen indicator's feed, from the archive: only the branch of that feed reads rows.
WITH (SELECT any(feed) FROM indicator_catalog WHERE id = ${indicator:singlequote}) AS chosen_feed
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
LIMIT 200
