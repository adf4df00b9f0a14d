-- Seconds since the newest event; no row where there was none yet.
SELECT greatest(dateDiff('second', max(newest), $__toTime), 0) AS value
FROM progress FINAL
WHERE feed = '{feed}'
    AND generation = (SELECT max(generation) FROM progress WHERE feed = '{feed}')
HAVING count() > 0
