$__fromTime - toIntervalSecond(dateDiff('second', $__fromTime, $__toTime))
