-- Articles by {what}, from the archive.
SELECT {what} AS {title},
    count() AS "Tin bài",
    countIf(sentiment = 'negative') AS "Tiêu cực",
    countIf(sentiment = 'negative') / count() AS "Tỷ lệ tiêu cực",
    avg(score) AS "Sắc thái",
    sum(reach) AS "Lượt tiếp cận"
FROM events_{feed} FINAL
WHERE district IN (${district:singlequote})
    AND $__timeFilter(occurred_at)
GROUP BY {what}
ORDER BY "Tiêu cực" DESC, "Tin bài" DESC, {what}
