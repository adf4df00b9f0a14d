-- Seconds since the newest figure was computed; no row where there is none.
SELECT greatest(dateDiff('second', max(computed_at), $__toTime), 0) AS value
FROM indicator_current
WHERE indicator IN (SELECT id FROM indicator_catalog WHERE feed = '{feed}')
HAVING count() > 0
