-- Seconds since the newest event, of which only those since this day's opening count; 0 while closed.
-- No row where there was no event yet.
WITH
    toTimeZone($__toTime, '{zone}') AS here,
    toStartOfDay(here) + toIntervalSecond({opens_s}) AS opened,
    toStartOfDay(here) + toIntervalSecond({closes_s}) AS closed,
    toDayOfWeek(here) IN ({weekdays}) AND here >= opened AND here < closed AS is_open
SELECT
    if(is_open, least(greatest(dateDiff('second', max(newest), here), 0), dateDiff('second', opened, here)), 0) AS value
FROM progress FINAL
WHERE feed = '{feed}'
    AND generation = (SELECT max(generation) FROM progress WHERE feed = '{feed}')
HAVING count() > 0
