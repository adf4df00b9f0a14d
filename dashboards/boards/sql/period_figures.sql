-- Figures of the chosen period: the rolling 24 hours, or the calendar's period to date.
SELECT indicator, district AS unit, toNullable(horizon_s) AS horizon_s, value
FROM indicator_latest
WHERE '${period}' = '24h'
UNION ALL
SELECT indicator, unit, NULL, value
FROM figures(
    since = {period_day}, until = {period_day},
    grain = if('${period}' = '24h', 'day', '${period}'))
WHERE '${period}' != '24h'
