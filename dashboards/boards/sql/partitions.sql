-- How far each partition of the newest log of each feed has been worked through, the slowest first.
SELECT feed AS "Nguồn", partition AS "Phân vùng", generation AS "Thế hệ log",
    greatest(0, dateDiff('second', watermark, now())) AS "Độ trễ mốc nước",
    newest AS "Sự kiện mới nhất", watermark AS "Mốc nước", emitted_at AS "Cập nhật",
    accepted AS "Nhận", rejected AS "Từ chối", duplicates AS "Trùng lặp", late AS "Đến muộn"
FROM progress FINAL
WHERE feed IN (${feed:singlequote})
    AND (feed, generation) IN (SELECT feed, max(generation) FROM progress GROUP BY feed)
ORDER BY watermark, feed, partition
