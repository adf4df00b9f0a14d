-- The newest figure of each unit, where one was computed lately and rests on enough events.
SELECT units.name_vi AS district, assumeNotNull(latest.value) AS value
FROM indicator_latest AS latest
JOIN units ON units.code = latest.district
WHERE latest.indicator = '{indicator}' AND latest.horizon_s = {horizon_s}
    AND $__timeFilter(latest.computed_at)
    AND latest.value IS NOT NULL
    AND ifNull(latest.denominator, 0) >= {fewest}
    AND ({with_province} OR units.kind != 'province')
ORDER BY district
