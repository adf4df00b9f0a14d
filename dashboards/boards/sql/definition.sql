-- What the chosen indicator is.
SELECT title AS "Chỉ tiêu", definition AS "Định nghĩa và nguồn", {unit_words} AS "Tính bằng",
    multiIf(better = 'higher', 'Cao hơn là tốt hơn', better = 'lower', 'Thấp hơn là tốt hơn', 'Không xét tốt xấu') AS "Chiều",
    good * {percent} AS "Tốt từ ngưỡng",
    warn * {percent} AS "Cảnh báo từ ngưỡng"
FROM indicator_catalog
WHERE id = ${indicator:singlequote}
