toTimeZone(toDateTime(toStartOfMonth(toTimeZone($__toTime, 'Asia/Ho_Chi_Minh')), 'Asia/Ho_Chi_Minh'), 'UTC')
