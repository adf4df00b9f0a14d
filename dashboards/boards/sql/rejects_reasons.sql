-- Why events were refused in the time range.
SELECT feed AS "Nguồn", reason AS "Lý do", count() AS "Sự kiện", max(rejected_at) AS "Lần cuối",
    argMax(detail, tuple(rejected_at, generation, partition, offset)) AS "Ví dụ"
FROM rejects FINAL
WHERE feed IN (${feed:singlequote}) AND $__timeFilter(rejected_at)
GROUP BY feed, reason
ORDER BY "Sự kiện" DESC, feed, reason
