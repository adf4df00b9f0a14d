-- Every series of the chosen districts: of its newest period the newest vintage, beside the same period a
-- year before. Periods are months written as 2026-09.
WITH newest AS
(
    SELECT district, toString(code) AS series, toString(level) AS at_level, period,
        argMax(tuple(value, plan, vintage, toString(unit), as_of), tuple(vintage, occurred_at)) AS held
    FROM events_{feed} FINAL
    WHERE district IN (${district:singlequote})
        AND occurred_at >= $__toTime - INTERVAL 1200 DAY
        AND occurred_at <= $__toTime
    GROUP BY district, series, at_level, period
)
SELECT concat(transform(now.series, {titles}, now.series), if(now.at_level = 'district', concat(' · ', units.name_vi), '')) AS "Số liệu",
    now.period AS "Kỳ",
    tupleElement(now.held, 1) AS "Giá trị",
    transform(tupleElement(now.held, 4), {units}, '') AS "Đơn vị",
    tupleElement(now.held, 2) AS "Kế hoạch",
    if(tupleElement(now.held, 2) > 0, tupleElement(now.held, 1) / tupleElement(now.held, 2), NULL) AS "So kế hoạch",
    if(tupleElement(ago.held, 3) > 0 AND tupleElement(ago.held, 1) != 0, tupleElement(now.held, 1) / tupleElement(ago.held, 1) - 1, NULL) AS "So cùng kỳ",
    tupleElement(now.held, 3) AS "Bản",
    dateDiff('day', toDateOrNull(tupleElement(now.held, 5)), toDate($__toTime, 'Asia/Ho_Chi_Minh')) AS "Tuổi (ngày)"
FROM
(
    SELECT district, series, at_level, period, held
    FROM newest
    ORDER BY period DESC
    LIMIT 1 BY district, series, at_level
) AS now
LEFT JOIN newest AS ago ON ago.district = now.district AND ago.series = now.series AND ago.at_level = now.at_level
    AND ago.period = concat(toString(toUInt32OrZero(substring(now.period, 1, 4)) - 1), substring(now.period, 5))
LEFT JOIN units ON units.code = now.district
ORDER BY "Tuổi (ngày)" DESC NULLS LAST, "Số liệu", "Kỳ"
