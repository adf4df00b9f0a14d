-- The chosen districts, worst first: the last figure, what it is made of, and how it has changed.
WITH chosen AS
(
    {chosen}
),
figures AS
(
    {last}
),
yesterday AS
(
    {a_day_ago}
),
previous AS
(
    {a_period_ago}
)
SELECT chosen.name_vi AS "Địa phương",
    tupleElement(figures.last, 1) AS {title},
    tupleElement(figures.last, 2) AS "Tử số",
    tupleElement(figures.last, 3) AS "Mẫu số",
    {title} - yesterday.value AS "So với hôm qua",
    {title} - previous.value AS "So với kỳ trước",
    nullIf(figures.newest, toDateTime(0, 'UTC')) AS "Tính đến",
    chosen.code AS code
FROM chosen
LEFT JOIN figures ON figures.district = chosen.code
LEFT JOIN yesterday ON yesterday.district = chosen.code
LEFT JOIN previous ON previous.district = chosen.code
ORDER BY {title} {order} NULLS LAST, "Địa phương"
