-- The points of each part of the chosen districts in the month that the time range ends in.
WITH
    chosen AS
    (
        {chosen}
    ),
    scored AS
    (
        {scored}
    )
SELECT chosen.name_vi AS "Địa phương",
    {columns}
FROM chosen
LEFT JOIN scored ON scored.district = chosen.code
GROUP BY chosen.name_vi
ORDER BY "Địa phương"
