-- What the last audit found and nothing has mended; no row where there was no audit.
SELECT toFloat64(missing + unarchived + double + panes_wrong - panes_repaired + rollups_wrong) AS value
FROM audit
WHERE feed = '{feed}' AND audited_at <= $__toTime
ORDER BY audited_at DESC
LIMIT 1
