-- Feeds and months of the local calendar in which panes have hours or days that roll-ups lack, and how many hours.
SELECT panes.feed, toUnixTimestamp(toDateTime(panes.month, 'Asia/Ho_Chi_Minh')) AS since_s,
    toUnixTimestamp(toDateTime(addMonths(panes.month, 1), 'Asia/Ho_Chi_Minh')) AS until_s,
    panes.hours AS amount
FROM
(
    SELECT feed, month, sum(hours) AS hours, sum(days) AS days
    FROM
    (
        SELECT feed, district, toStartOfMonth(pane, 'Asia/Ho_Chi_Minh') AS month,
            groupBitmap(toUInt32(intDiv(toUnixTimestamp(pane), 3600))) AS hours,
            groupBitmap(toUInt32(toDate(pane, 'Asia/Ho_Chi_Minh'))) AS days
        FROM panes
        GROUP BY feed, district, month
    )
    GROUP BY feed, month
) AS panes
LEFT JOIN
(
    SELECT feed, month, sum(hours) AS hours, sum(days) AS days
    FROM
    (
        SELECT feed, district, toStartOfMonth(period, 'Asia/Ho_Chi_Minh') AS month,
            groupBitmapIf(toUInt32(intDiv(toUnixTimestamp(period), 3600)), grain = 'hour') AS hours,
            groupBitmapIf(toUInt32(toDate(period, 'Asia/Ho_Chi_Minh')), grain = 'day') AS days
        FROM rollups
        GROUP BY feed, district, month
    )
    GROUP BY feed, month
) AS held USING (feed, month)
WHERE held.hours < panes.hours OR held.days < panes.days
ORDER BY panes.feed, since_s
