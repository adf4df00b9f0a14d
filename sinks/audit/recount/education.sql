-- Each report counts in its own minute. Pupils enrolled but not present are absent. Those present are at
-- most those enrolled, and those excused at most those absent.
WITH
    toInt64(assumeNotNull(enrolled)) AS pupils,
    least(toInt64(assumeNotNull(present)), pupils) AS there,
    kind = 'report' AS is_report
SELECT
    district,
    toStartOfMinute(occurred_at) AS pane,
    max(is_ahead) AS is_moving,
    map(
        'events', toInt64(count()),
        'late', toInt64(countIf(late)),
        'reports', toInt64(countIf(is_report)),
        'enrolled', sumIf(pupils, is_report),
        'present', sumIf(there, is_report),
        'absent', sumIf(pupils - there, is_report),
        'excused', sumIf(least(toInt64(assumeNotNull(excused)), pupils - there), is_report),
        'enrolled_kindergarten', sumIf(pupils, is_report AND level = 'kindergarten'),
        'present_kindergarten', sumIf(there, is_report AND level = 'kindergarten'),
        'enrolled_primary', sumIf(pupils, is_report AND level = 'primary'),
        'present_primary', sumIf(there, is_report AND level = 'primary'),
        'enrolled_lower_secondary', sumIf(pupils, is_report AND level = 'lower_secondary'),
        'present_lower_secondary', sumIf(there, is_report AND level = 'lower_secondary'),
        'enrolled_upper_secondary', sumIf(pupils, is_report AND level = 'upper_secondary'),
        'present_upper_secondary', sumIf(there, is_report AND level = 'upper_secondary'),
        'lessons', sumIf(toInt64(assumeNotNull(lessons)), kind = 'lessons'),
        'logins', sumIf(toInt64(assumeNotNull(logins)), kind = 'usage'),
        'incidents', toInt64(countIf(kind = 'incident'))
    ) AS counts,
    CAST(map() AS Map(String, Map(Int32, Int64))) AS histograms,
    CAST(map() AS Map(String, Array(String))) AS sets
FROM archive
WHERE occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')}
GROUP BY district, pane
