-- Share of the events that came in that were rejected, repeated ones aside; no row for too few events.
SELECT rejected / (archived + rejected) AS value
FROM (SELECT count() AS archived FROM events_{feed} WHERE $__timeFilter(archived_at)) AS good
CROSS JOIN
(
    SELECT count() AS rejected FROM rejects FINAL
    WHERE feed = '{feed}' AND reason != 'duplicate' AND $__timeFilter(rejected_at)
) AS bad
WHERE archived + rejected >= {fewest}
