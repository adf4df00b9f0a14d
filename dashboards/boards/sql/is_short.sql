dateDiff('second', $__fromTime, $__toTime) <= 21600
