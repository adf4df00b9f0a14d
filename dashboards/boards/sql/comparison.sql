-- The chosen districts, worst first (largest first where neither way is better).
WITH chosen AS
(
    {chosen}
),
figures AS
(
    {last}
)
SELECT chosen.name_vi AS "Địa phương", tupleElement(figures.last, 1) AS {title}, chosen.code AS code
FROM chosen
LEFT JOIN figures ON figures.district = chosen.code
ORDER BY {title} {order} NULLS LAST, "Địa phương"
LIMIT {most}
