-- The districts' seats with their worst state: 0 good, 1 warning, 2 bad, NULL where there is no data.
WITH
    {cells}
SELECT units.name_vi AS "Địa phương",
    units.lat AS lat,
    units.lon AS lon,
    multiIf(bad > 0, 2, warn > 0, 1, good > 0, 0, NULL) AS "Mức",
    {standing_words} AS "Tình trạng",
    toUInt32(10 * bad + 5 * warn) AS "Điểm",
    if(count() OVER () <= {named}
        OR row_number() OVER (ORDER BY bad DESC, warn DESC, good ASC, units.name_vi) <= {named_of_many},
        units.name_vi, '') AS "Nhãn",
    units.code AS code
FROM units
LEFT JOIN standing ON standing.district = units.code
WHERE units.kind != 'province'
ORDER BY units.name_vi
