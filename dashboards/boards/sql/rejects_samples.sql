-- The last refused events, with the beginning of their bytes.
SELECT rejected_at AS "Lúc", feed AS "Nguồn", reason AS "Lý do", detail AS "Chi tiết",
    toValidUTF8(substring(raw, 1, 300)) AS "Nội dung", topic AS "Topic", partition AS "Phân vùng", offset AS "Vị trí"
FROM rejects FINAL
WHERE feed IN (${feed:singlequote}) AND $__timeFilter(rejected_at)
ORDER BY rejected_at DESC, feed, topic, generation, partition, offset
LIMIT 100
