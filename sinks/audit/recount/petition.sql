-- Each petition event counts in its own minute. The time of an answer is the number of working days after the
-- day of reception up to the day of the answer, local time: no Saturday, Sunday or day off. 120 stands for any
-- longer time, and of more than 366 days only the first 366 are examined. Answers, publications and refusals
-- are on time at or before the due time that they name.
WITH
    (SELECT groupArray(toDate(day)) FROM holidays) AS days_off,
    toDate(received_at, 'Asia/Ho_Chi_Minh') AS received_on,
    toDate(occurred_at, 'Asia/Ho_Chi_Minh') AS done_on,
    toInt64(least(120, arrayCount(
        passed -> toDayOfWeek(received_on + passed) <= 5 AND NOT has(days_off, received_on + passed),
        range(1, toUInt32(least(366, greatest(0, dateDiff('day', received_on, done_on)))) + 1)))) AS taken_days
SELECT
    district,
    toStartOfMinute(occurred_at) AS pane,
    max(is_ahead) AS is_moving,
    map(
        'events', toInt64(count()),
        'late', toInt64(countIf(late)),
        'received', toInt64(countIf(kind = 'received')),
        'answered', toInt64(countIf(kind = 'answered')),
        'answered_on_time', toInt64(countIf(kind = 'answered' AND occurred_at <= due_at)),
        'answered_days_sum', sumIf(taken_days, kind = 'answered'),
        'published', toInt64(countIf(kind = 'published')),
        'published_on_time', toInt64(countIf(kind = 'published' AND occurred_at <= due_at)),
        'refused', toInt64(countIf(kind = 'refused')),
        'refused_on_time', toInt64(countIf(kind = 'refused' AND occurred_at <= due_at)),
        'rated', toInt64(countIf(kind = 'rated')),
        'rating_sum', sumIf(toInt64(ifNull(rating, 0)), kind = 'rated'),
        'satisfied', toInt64(countIf(kind = 'rated' AND rating >= 4))
    ) AS counts,
    map(
        'answered_days',
        sumMapIf(map(toInt32(taken_days), toInt64(1)), kind = 'answered')
    ) AS histograms,
    CAST(map() AS Map(String, Array(String))) AS sets
FROM archive
WHERE occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')}
GROUP BY district, pane
