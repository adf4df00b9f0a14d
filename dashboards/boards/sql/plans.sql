-- Plans of the chosen period, and the share of each that is expected by now: of what adds up, the days before today
-- of all days, working days where the feed works in office hours; all of it of a share, a mean or a state.
SELECT targets.indicator AS indicator, targets.unit AS unit, targets.value AS plan,
    if(formulas.formula = 'count', if(feeds.in_office_hours, worked / all_worked, passed / all_passed), 1) AS due
FROM targets
INNER JOIN indicator_catalog AS catalog ON catalog.id = targets.indicator
INNER JOIN indicator_formulas AS formulas ON formulas.id = targets.indicator
INNER JOIN feeds ON feeds.name = catalog.feed
CROSS JOIN
(
    SELECT count() AS all_passed, countIf(day < {period_day}) AS passed,
        countIf(toDayOfWeek(day) < 6 AND day NOT IN (SELECT toDate(holidays.day) FROM holidays)) AS all_worked,
        countIf(day < {period_day} AND toDayOfWeek(day) < 6 AND day NOT IN (SELECT toDate(holidays.day) FROM holidays)) AS worked
    FROM (SELECT toDate({begin_of_period}, 'Asia/Ho_Chi_Minh') + number AS day FROM numbers(366))
    WHERE multiIf(
        '${period}' = 'month', toStartOfMonth(day) = toStartOfMonth({period_day}),
        '${period}' = 'quarter', toStartOfQuarter(day) = toStartOfQuarter({period_day}),
        '${period}' = 'year', toStartOfYear(day) = toStartOfYear({period_day}),
        day = {period_day})
) AS calendar
WHERE targets.period = '${period}' AND targets.valid_from <= {period_day} AND targets.valid_to >= {period_day}
