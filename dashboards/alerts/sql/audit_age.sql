-- Seconds since the last audit; no row where there was none.
SELECT greatest(dateDiff('second', max(audited_at), $__toTime), 0) AS value
FROM audit
WHERE feed = '{feed}' AND audited_at <= $__toTime
HAVING count() > 0
