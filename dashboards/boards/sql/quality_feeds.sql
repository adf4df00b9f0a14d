-- Each feed: how old its newest event is, how far its slowest partition lags, what became of its events.
-- Repeated events are left out of the share, as in status and alerts.
SELECT title AS "Nguồn",
    if(newest IS NULL, 'Không có dữ liệu', if(age_s <= stale_s, 'Mới', 'Cũ')) AS "Độ mới",
    age_s AS "Tuổi", stale_s AS "Giới hạn",
    if(newest IS NULL, NULL, greatest(0, dateDiff('second', watermark, now()))) AS "Độ trễ mốc nước",
    accepted AS "Nhận", rejected AS "Từ chối", duplicates AS "Trùng lặp", late AS "Đến muộn",
    rejected / nullIf(accepted + rejected, 0) AS "Tỷ lệ từ chối"
FROM
(
    SELECT feeds.title AS title, feeds.stale_s AS stale_s,
        done.newest AS newest, done.watermark AS watermark,
        if(newest IS NULL, NULL, greatest(0, dateDiff('second', newest, now()))) AS age_s,
        done.accepted AS accepted, done.rejected AS rejected, done.duplicates AS duplicates, done.late AS late
    FROM feeds
    LEFT JOIN
    (
        SELECT feed,
            toNullable(max(progress.newest)) AS newest,
            minIf(progress.watermark, progress.generation = last_generation) AS watermark,
            toNullable(sum(progress.accepted)) AS accepted, toNullable(sum(progress.rejected)) AS rejected,
            toNullable(sum(progress.duplicates)) AS duplicates, toNullable(sum(progress.late)) AS late
        FROM progress FINAL
        INNER JOIN
        (
            SELECT feed, max(generation) AS last_generation FROM progress GROUP BY feed
        ) AS newest_log USING (feed)
        GROUP BY feed
    ) AS done ON done.feed = feeds.name
    WHERE feeds.name IN (${feed:singlequote})
)
ORDER BY age_s / stale_s DESC NULLS FIRST, title
