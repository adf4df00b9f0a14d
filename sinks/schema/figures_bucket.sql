multiIf(
    {grain:String} = 'hour', toTimeZone(period, 'Asia/Ho_Chi_Minh'),
    {grain:String} = 'week', toDateTime(toMonday(period, 'Asia/Ho_Chi_Minh'), 'Asia/Ho_Chi_Minh'),
    {grain:String} = 'month', toDateTime(toStartOfMonth(period, 'Asia/Ho_Chi_Minh'), 'Asia/Ho_Chi_Minh'),
    {grain:String} = 'quarter', toDateTime(toStartOfQuarter(period, 'Asia/Ho_Chi_Minh'), 'Asia/Ho_Chi_Minh'),
    {grain:String} = 'year', toDateTime(toStartOfYear(period, 'Asia/Ho_Chi_Minh'), 'Asia/Ho_Chi_Minh'),
    toTimeZone(period, 'Asia/Ho_Chi_Minh'))
