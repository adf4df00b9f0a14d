[
    ('before', {first_day_before}, least({first_day_before} + ({period_day} - {first_day}), {first_day} - 1)),
    ('year', addYears({first_day}, -1), addYears({period_day}, -1))]
