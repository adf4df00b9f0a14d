-- The chosen districts over time, the worst of them where they are many: up to six hours as it was shown, beyond that
-- each hour, day or month by itself.
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
        SELECT shown.name_vi AS series, sampled.slot AS slot, sampled.value AS value
        FROM sampled
        INNER JOIN shown ON shown.code = sampled.district
    )
{points}
