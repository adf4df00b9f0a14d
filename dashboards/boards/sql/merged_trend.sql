-- Each point is the chosen indicator over its hour, day or month alone; gauges as they were last in it. Of many chosen
-- districts those that are worst over the whole time range.
WITH
    {chosen_formula},
    chosen AS
    (
        {chosen}
    ),
    {pieces},
    whole AS
    (
        {figures_of_the_range}
    ),
    catalog AS
    (
        SELECT better, decimals, {percent} AS percent
        FROM indicator_catalog
        WHERE id = {indicator}
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
    told AS
    (
        SELECT units.name_vi AS series, figures.slot AS slot,
            round(figures.value * percent, decimals) AS value
        FROM
        (
            {rolled_up}
        ) AS figures
        CROSS JOIN catalog
        INNER JOIN units ON units.code = figures.district
    )
{points}
