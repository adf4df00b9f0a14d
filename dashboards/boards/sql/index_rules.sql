-- The rules in force on the last day of the time range.
SELECT tupleElement(rule, 1) AS "Nhóm", tupleElement(rule, 2) AS "Thành phần", tupleElement(rule, 3) AS "Điểm tối đa",
    tupleElement(rule, 4) AS "Đủ điểm từ",
    if(tupleElement(rule, 4) IS NULL, {not_measured}, 'Đo từ hồ sơ') AS "Cách đo",
    formatDateTime(tupleElement(rule, 5), '%d/%m/%Y') AS "Hiệu lực từ"
FROM
(
    SELECT arrayJoin([
        {rules}
    ]) AS rule
)
WHERE toDate($__toTime, 'Asia/Ho_Chi_Minh') >= tupleElement(rule, 5)
    AND toDate($__toTime, 'Asia/Ho_Chi_Minh') <= tupleElement(rule, 6)
ORDER BY tupleElement(rule, 7)
