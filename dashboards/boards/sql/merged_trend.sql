-- Each point is the chosen indicator over its hour, day or month alone; gauges as they were last in it.
WITH
    chosen AS
    (
        {chosen}
    ),
    (SELECT any(formula) FROM indicator_formulas WHERE id = {indicator}) AS formula,
    told AS
    (
        SELECT chosen.name_vi AS series, figures.slot AS slot,
            round(figures.value * percent, decimals) AS value
        FROM
        (
            {rolled_up}
        ) AS figures
        CROSS JOIN
        (
            SELECT decimals, {percent} AS percent
            FROM indicator_catalog
            WHERE id = {indicator}
        ) AS catalog
        INNER JOIN chosen ON chosen.code = figures.district
    )
{points}
