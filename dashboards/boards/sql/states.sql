-- What the threshold said of the chosen districts, the worst of them where they are many: 0 good, 1 warning, 2 bad.
WITH
    chosen AS
    (
        {chosen}
    ),
    figures AS
    (
        {last}
    ),
    shown AS
    (
        {shown}
    ),
    {sampled},
    told AS
    (
        SELECT shown.name_vi AS series, sampled.slot AS slot,
            {state} AS value
        FROM
        (
            SELECT slot, district, value, better, good, warn
            FROM sampled
            CROSS JOIN (SELECT better, good, warn FROM indicator_catalog WHERE id = {indicator}) AS catalog
        ) AS sampled
        INNER JOIN shown ON shown.code = sampled.district
    )
{points}
