dateDiff('second', $__fromTime, $__toTime) <= 2 * 86400
