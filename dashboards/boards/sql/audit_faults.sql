-- Audits of the time range that found a fault, the last first; what was mended stays on record.
SELECT audited_at AS "Lúc", feed AS "Nguồn", origin AS "Do",
    missing AS "Thiếu", unarchived AS "Chưa lưu", double AS "Hai lần",
    panes_wrong AS "Phút sai", panes_repaired AS "Phút đã sửa", rollups_wrong AS "Giờ, ngày sai",
    detail AS "Chi tiết"
FROM audit
WHERE feed IN (${feed:singlequote}) AND $__timeFilter(audited_at)
    AND missing + unarchived + double + panes_wrong + rollups_wrong > 0
ORDER BY audited_at DESC, feed
LIMIT 100
