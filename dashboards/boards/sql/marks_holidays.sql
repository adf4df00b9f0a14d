-- Public holidays: the whole local day.
SELECT toDateTime(day, 'Asia/Ho_Chi_Minh') AS time,
    time + INTERVAL 1 DAY AS timeEnd,
    concat(name_vi, if(in_lieu, ' (nghỉ bù)', '')) AS text,
    'holiday' AS tags
FROM holidays
WHERE day >= toDate($__fromTime, 'Asia/Ho_Chi_Minh') AND day <= toDate($__toTime, 'Asia/Ho_Chi_Minh')
ORDER BY time
