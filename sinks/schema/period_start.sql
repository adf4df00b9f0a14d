multiIf(
    {grain} = 'hour', toStartOfHour(period),
    {grain} = 'day', toDateTime(toStartOfDay(period, 'Asia/Ho_Chi_Minh'), 'UTC'),
    toDateTime(toDateTime(multiIf(
        {grain} = 'week', toMonday(period, 'Asia/Ho_Chi_Minh'),
        {grain} = 'month', toStartOfMonth(period, 'Asia/Ho_Chi_Minh'),
        {grain} = 'quarter', toStartOfQuarter(period, 'Asia/Ho_Chi_Minh'),
        toStartOfYear(period, 'Asia/Ho_Chi_Minh')), 'Asia/Ho_Chi_Minh'), 'UTC'))
