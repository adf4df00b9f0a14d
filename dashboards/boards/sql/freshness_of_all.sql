-- How old each feed's newest event is; fresh up to the age that its contract names (feeds.stale_s).
SELECT title AS "Nguồn",
    if(is_heard, concat(if(age_s <= stale_s, 'Mới · ', 'Cũ · '), {age_words}), 'Không có dữ liệu') AS "Độ mới"
FROM
(
    SELECT any(feeds.title) AS title, any(feeds.stale_s) AS stale_s, countIf(progress.feed != '') > 0 AS is_heard,
        greatest(0, dateDiff('second', max(progress.newest), now())) AS age_s
    FROM feeds
    LEFT JOIN (SELECT feed, newest FROM progress FINAL) AS progress ON progress.feed = feeds.name
    GROUP BY feeds.name
)
ORDER BY is_heard, age_s / stale_s DESC, title
