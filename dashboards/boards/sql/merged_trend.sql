-- Each point is the chosen indicator over its interval alone: panes merged, gauges as they were last in it. Of
-- many chosen districts those that are worst over the whole time range.
WITH
    {chosen_formula},
    chosen AS
    (
        {chosen}
    ),
    whole AS
    (
        {figures_of_the_range}
    ),
    catalog AS
    (
        SELECT better, decimals, {percent} AS percent
        FROM indicator_catalog
        WHERE id = ${indicator:singlequote}
    ),
    shown AS
    (
        SELECT chosen.code AS code
        FROM chosen
        CROSS JOIN catalog
        LEFT JOIN whole ON whole.district = chosen.code
        ORDER BY whole.value * if(better = 'higher', 1, -1) ASC NULLS LAST, chosen.name_vi
        LIMIT {most}
    ),
    figures AS
    (
        {figures_of_each_interval}
    ),
    told AS
    (
        SELECT units.name_vi AS series, figures.slot AS slot,
            round(figures.value * percent, decimals) AS value
        FROM figures
        CROSS JOIN catalog
        INNER JOIN units ON units.code = figures.district
    )
{points}
