-- What the threshold said of the chosen districts: 0 good, 1 warning, 2 bad.
WITH
    chosen AS
    (
        {chosen}
    ),
    {sampled},
    told AS
    (
        SELECT chosen.name_vi AS series, sampled.slot AS slot,
            {state} AS value
        FROM
        (
            SELECT slot, district, value, better, good, warn
            FROM sampled
            CROSS JOIN (SELECT better, good, warn FROM indicator_catalog WHERE id = {indicator}) AS catalog
        ) AS sampled
        INNER JOIN chosen ON chosen.code = sampled.district
    )
{points}
