-- Of each hour, day or month in the time range; of a count only whole ones, for half a day is no fall.
SELECT told.period AS slot, told.unit AS district, told.value AS value
FROM figures_of(
    indicator = {indicator}, since = toDate($__fromTime, 'Asia/Ho_Chi_Minh'),
    until = toDate($__toTime, 'Asia/Ho_Chi_Minh'), grain = {grain}) AS told
WHERE told.unit IN (SELECT code FROM {among})
    AND told.period >= $__fromTime AND told.period < $__toTime
    AND (told.is_complete OR NOT {is_count})
