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
    told AS
    (
        SELECT chosen.name_vi AS series, figures.slot AS slot,
            round(figures.value * percent, decimals) AS value
        FROM figures
        CROSS JOIN
        (
            SELECT decimals, {percent} AS percent
            FROM indicator_catalog
            WHERE id = ${indicator:singlequote}
        ) AS catalog
        INNER JOIN chosen ON chosen.code = figures.district
    )
{points}
