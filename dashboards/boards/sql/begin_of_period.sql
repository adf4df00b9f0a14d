toDateTime(multiIf(
    '${period}' = 'week', toMonday({period_day}),
    '${period}' = 'month', toStartOfMonth({period_day}),
    '${period}' = 'quarter', toStartOfQuarter({period_day}),
    '${period}' = 'year', toStartOfYear({period_day}),
    {period_day}), 'Asia/Ho_Chi_Minh')
