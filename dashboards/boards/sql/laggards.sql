-- Partitions that their feed's figures wait for no more, the furthest behind first.
SELECT feed AS "Nguồn", partition AS "Phân vùng", behind_s AS "Chậm hơn", watermark AS "Mốc nước"
FROM laggards
WHERE feed IN (${feed:singlequote})
ORDER BY behind_s DESC
