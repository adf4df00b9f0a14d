-- The chosen indicator over the whole time range: panes merged, gauges as they were last; worst first.
WITH
    {chosen_formula},
    chosen AS
    (
        {chosen}
    ),
    {pieces},
    figures AS
    (
        {merged_figures}
    ),
    catalog AS
    (
        SELECT better, decimals, {percent} AS percent
        FROM indicator_catalog
        WHERE id = ${indicator:singlequote}
    )
SELECT chosen.name_vi AS "Địa phương", round(figures.value * percent, decimals) AS "Giá trị"
FROM chosen
CROSS JOIN catalog
LEFT JOIN figures ON figures.district = chosen.code
ORDER BY figures.value * if(better = 'higher', 1, -1) ASC NULLS LAST, "Địa phương"
LIMIT {most}
