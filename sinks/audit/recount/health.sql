-- Each report counts in its own minute, with the records, doses and cases that it names.
SELECT
    district,
    toStartOfMinute(occurred_at) AS pane,
    max(is_ahead) AS is_moving,
    map(
        'events', toInt64(count()),
        'late', toInt64(countIf(late)),
        'records_created', sumIf(toInt64(assumeNotNull(created)), kind = 'records'),
        'doses', sumIf(toInt64(assumeNotNull(doses)), kind = 'vaccinations'),
        'new_cases', sumIf(toInt64(assumeNotNull(new_cases)), kind = 'cases'),
        'new_cases_influenza', sumIf(toInt64(assumeNotNull(new_cases)), kind = 'cases' AND disease = 'influenza'),
        'new_cases_hand_foot_mouth', sumIf(toInt64(assumeNotNull(new_cases)), kind = 'cases' AND disease = 'hand_foot_mouth'),
        'new_cases_dengue', sumIf(toInt64(assumeNotNull(new_cases)), kind = 'cases' AND disease = 'dengue'),
        'new_cases_chickenpox', sumIf(toInt64(assumeNotNull(new_cases)), kind = 'cases' AND disease = 'chickenpox'),
        'new_cases_diarrhoea', sumIf(toInt64(assumeNotNull(new_cases)), kind = 'cases' AND disease = 'diarrhoea')
    ) AS counts,
    CAST(map() AS Map(String, Map(Int32, Int64))) AS histograms,
    CAST(map() AS Map(String, Array(String))) AS sets
FROM archive
WHERE occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')}
GROUP BY district, pane
