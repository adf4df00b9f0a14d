-- The three totals of the publication, as they come out of the events.
SELECT
    anyIf(toNullable(total), figure = 'received') AS "Tiếp nhận",
    anyIf(toNullable(total), figure = 'resolved') AS "Đã giải quyết",
    anyIf(toNullable(total), figure = 'in_process') AS "Đang giải quyết"
FROM
(
    {counted}
)
