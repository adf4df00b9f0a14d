-- One row a district, worst first: by the number of bad cells, then of warnings.
WITH
    {cells},
    figures AS
    (
        SELECT district,
            {columns}
        FROM cells
        GROUP BY district
    )
SELECT units.name_vi AS "Địa phương",
    {standing_counts} AS "Tình trạng",
    {names},
    units.code AS code
FROM units
LEFT JOIN standing ON standing.district = units.code
LEFT JOIN figures ON figures.district = units.code
WHERE units.kind != 'province'
ORDER BY bad DESC, warn DESC, good ASC, units.name_vi
