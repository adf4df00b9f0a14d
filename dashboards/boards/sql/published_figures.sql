-- Reported figures beside the published ones, each as last reported by then.
SELECT said.2 AS "Chỉ tiêu",
    said.3 AS "Công bố",
    if(told.code = '', NULL, concat(toString(told.value), said.4)) AS "Báo cáo",
    if(told.code = '', NULL, formatDateTime(toDate(told.as_of), '%d/%m/%Y')) AS "Ngày số liệu",
    multiIf(told.code = '', 'Không có dữ liệu', told.value = said.5, 'Khớp', 'Lệch số công bố') AS "Đối chiếu"
FROM
(
    SELECT arrayJoin([
        {said}
    ]) AS said
) AS published
LEFT JOIN
(
    SELECT toString(code) AS code, argMax(value, tuple(period, vintage, occurred_at)) AS value,
        argMax(as_of, tuple(period, vintage, occurred_at)) AS as_of
    FROM events_{feed} FINAL
    WHERE level = 'province' AND occurred_at >= {since} AND occurred_at <= {until}
    GROUP BY code
) AS told ON told.code = said.1
ORDER BY said.6
