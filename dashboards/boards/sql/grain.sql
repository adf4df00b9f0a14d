multiIf(dateDiff('second', $__fromTime, $__toTime) <= 14 * 86400, 'hour', dateDiff('second', $__fromTime, $__toTime) <= 800 * 86400, 'day', 'month')
