-- Each point is the chosen indicator over its interval alone: panes merged, gauges as they were last in it.
WITH
    {chosen_formula},
    chosen AS
    (
        {chosen}
    ),
    figures AS
    (
        {merged_figures}
    ),
    catalog AS
    (
        SELECT decimals, {percent} AS percent FROM indicator_catalog WHERE id = ${indicator:singlequote}
    )
SELECT figures.slot AS time, chosen.name_vi AS series,
    round(figures.value * percent, decimals) AS "Giá trị"
FROM figures
CROSS JOIN catalog
INNER JOIN chosen ON chosen.code = figures.district
ORDER BY time, series
LIMIT 10000
