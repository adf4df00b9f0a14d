if(dateDiff('second', $__fromTime, $__toTime) <= 60 * 86400, 'hour', 'day')
