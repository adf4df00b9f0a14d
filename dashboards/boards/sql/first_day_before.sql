multiIf(
    '${period}' = 'week', {first_day} - 7,
    '${period}' = 'month', addMonths({first_day}, -1),
    '${period}' = 'quarter', addMonths({first_day}, -3),
    '${period}' = 'year', addYears({first_day}, -1),
    {first_day} - 1)
