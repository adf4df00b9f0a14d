-- Every vintage of every figure of the chosen districts, as it was reported over two years.
SELECT concat(transform(toString(code), {titles}, toString(code)), if(level = 'district', concat(' · ', units.name_vi), '')) AS "Số liệu",
    period AS "Kỳ", vintage AS "Bản", value AS "Giá trị",
    transform(toString(unit), {units}, '') AS "Đơn vị",
    occurred_at AS "Công bố lúc"
FROM
(
    SELECT district, code, level, period, vintage, value, unit, occurred_at
    FROM events_{feed} FINAL
    WHERE district IN (${district:singlequote})
        AND occurred_at >= $__toTime - INTERVAL 730 DAY
        AND occurred_at <= $__toTime
) AS told
LEFT JOIN units ON units.code = told.district
ORDER BY period DESC, "Số liệu", vintage DESC, occurred_at DESC
LIMIT 300
