-- The chosen districts over time: up to six hours as it was shown, beyond that each hour, day or month by itself.
WITH
    chosen AS
    (
        {chosen}
    ),
    {sampled},
    told AS
    (
        SELECT chosen.name_vi AS series, sampled.slot AS slot, sampled.value AS value
        FROM sampled
        INNER JOIN chosen ON chosen.code = sampled.district
    )
{points}
