-- Each event counts in its own minute. The time to contain an incident runs from its opening, and is at
-- least 0. Its histogram has bins of half an hour; bin 1,440 (thirty days) stands for any longer time.
WITH greatest(0, toUnixTimestamp64Milli(occurred_at) - toUnixTimestamp64Milli(opened_at)) AS taken_ms
SELECT
    district,
    toStartOfMinute(occurred_at) AS pane,
    max(is_ahead) AS is_moving,
    map(
        'events', toInt64(count()),
        'late', toInt64(countIf(late)),
        'alerts', toInt64(countIf(kind = 'alert')),
        'alerts_critical', toInt64(countIf(kind = 'alert' AND severity = 'critical')),
        'alerts_high', toInt64(countIf(kind = 'alert' AND severity = 'high')),
        'alerts_medium', toInt64(countIf(kind = 'alert' AND severity = 'medium')),
        'alerts_low', toInt64(countIf(kind = 'alert' AND severity = 'low')),
        'triaged', toInt64(countIf(kind = 'triage')),
        'triaged_false', toInt64(countIf(kind = 'triage' AND verdict = 'false_alarm')),
        'incidents', toInt64(countIf(kind = 'incident_opened')),
        'contained', toInt64(countIf(kind = 'incident_contained')),
        'contained_seconds', sumIf(toInt64(intDiv(assumeNotNull(taken_ms), 1000)), kind = 'incident_contained'),
        'reported', toInt64(countIf(kind = 'incident_reported')),
        'reported_on_time', toInt64(countIf(kind = 'incident_reported' AND occurred_at <= due_at)),
        'resolved', toInt64(countIf(kind = 'incident_resolved'))
    ) AS counts,
    map(
        'contained_half_hours',
        sumMapIf(map(toInt32(least(intDiv(assumeNotNull(taken_ms), 1800000), 1440)), toInt64(1)), kind = 'incident_contained')
    ) AS histograms,
    CAST(map() AS Map(String, Array(String))) AS sets
FROM archive
WHERE occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')}
GROUP BY district, pane
