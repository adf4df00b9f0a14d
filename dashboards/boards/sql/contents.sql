-- One row a content of the centre: its key figure for the whole province over the chosen period, the worst
-- district where one is worse than good, the last days that have figures as bars, the change, its next headline
-- figures, and how fresh its feed is. Where the period holds nothing, the newest day that does, with its date.
-- A content without a feed stays as a row.
WITH
    (SELECT code FROM units WHERE kind = 'province') AS province,
    shown AS
    (
        SELECT key.1 AS place, key.2 AS content, key.3 AS feed, key.4 AS indicator, key.5 AS horizon_s,
            key.6 AS is_key, key.7 AS place_in_headline
        FROM
        (
            SELECT arrayJoin([
                {contents}
            ]) AS key
        )
    ),
    told AS
    (
        {period_figures}
    ),
    plans AS
    (
        {plans}
    ),
    figures AS
    (
        SELECT shown.place AS place, shown.indicator AS indicator, shown.is_key AS is_key,
            shown.place_in_headline AS place_in_headline, told.unit AS district, catalog.title AS title,
            told.value AS value, catalog.better AS better,
            catalog.measurement AS measurement, catalog.decimals AS decimals,
            plans.plan AS plan, plans.due AS due,
            {planned_state} AS state,
            {value_words} AS said
        FROM shown
        INNER JOIN told ON told.indicator = shown.indicator AND (told.horizon_s = shown.horizon_s OR told.horizon_s IS NULL)
        INNER JOIN indicator_catalog AS catalog ON catalog.id = shown.indicator
        LEFT JOIN plans ON plans.indicator = told.indicator AND plans.unit = told.unit
        WHERE value IS NOT NULL
    ),
    days AS
    (
        {known_days}
    ),
    against AS
    (
        {against}
    ),
    past AS
    (
        SELECT place, any(title) AS title, any(measurement) AS measurement, any(decimals) AS decimals,
            groupArray(tuple(day, value, said, state)) AS known
        FROM
        (
            SELECT shown.place AS place, days.day AS day, days.value AS value, catalog.title AS title,
                catalog.better AS better, catalog.measurement AS measurement, catalog.decimals AS decimals,
                {state} AS state,
                {value_words} AS said
            FROM days
            INNER JOIN shown ON shown.indicator = days.indicator
            INNER JOIN indicator_catalog AS catalog ON catalog.id = days.indicator
            WHERE shown.is_key AND value IS NOT NULL
            ORDER BY place, day DESC
            LIMIT {days} BY place
        )
        GROUP BY place
    ),
    whole AS
    (
        SELECT place,
            anyIf(figures.title, is_key) AS title, anyIf(figures.said, is_key) AS said,
            anyIf(figures.state, is_key) AS state, anyIf(figures.value, is_key) AS value,
            anyIf(figures.plan, is_key) AS plan, anyIf(figures.due, is_key) AS due,
            arrayStringConcat(arrayMap(other -> other.2, arraySlice(arraySort(groupArrayIf(
                tuple(place_in_headline, concat(figures.title, ' ', figures.said)), NOT is_key)), 1, {others})), ' · ') AS others
        FROM figures
        WHERE district = province
        GROUP BY place
    ),
    worst AS
    (
        SELECT place,
            argMax(tuple(units.name_vi, units.code, said), if(better = 'higher', -1, 1) * value) AS found
        FROM figures
        INNER JOIN units ON units.code = figures.district
        WHERE is_key AND units.kind != 'province' AND state > 0
        GROUP BY place
    ),
    heard AS
    (
        SELECT feeds.name AS feed, any(feeds.stale_s) AS stale_s, max(progress.newest) AS newest,
            greatest(0, dateDiff('second', newest, least(now(), $__toTime))) AS age_s
        FROM progress FINAL
        INNER JOIN feeds ON feeds.name = progress.feed
        GROUP BY feeds.name
    )
SELECT shown.content AS "Nội dung",
    multiIf(
        whole.value IS NOT NULL, whole.said,
        notEmpty(past.known), concat({day_words}, ': ', past.known[1].3),
        'Không có dữ liệu') AS "Toàn tỉnh",
    if(whole.value IS NULL, past.title, whole.title) AS "Chỉ tiêu",
    multiIf(
        whole.value IS NOT NULL, {state_words},
        notEmpty(past.known) AND past.known[1].4 IS NOT NULL, concat({old_state_words}, ' (cũ)'),
        '–') AS "Tình trạng",
    ifNull(concat(worst.found.1, ' · ', worst.found.3), '') AS "Địa phương xấu nhất",
    {bars} AS "{days} ngày có số liệu",
    arrayStringConcat(arrayFilter(said -> said != '', [if(whole.plan > 0, {plan_words}, ''), {change}, {compared_words}]), ' · ') AS "So sánh",
    whole.others AS "Các chỉ tiêu khác",
    if(heard.feed = '', 'Không có dữ liệu',
        if(age_s <= stale_s, concat('Mới · ', {age_words}),
            concat('Cũ · từ ', formatDateTime(newest, '%H:%i %d/%m', 'Asia/Ho_Chi_Minh')))) AS "Độ mới",
    if(shown.feed = '', '', concat('{board}', shown.feed)) AS board,
    ifNull(worst.found.2, '') AS code
FROM shown
LEFT JOIN whole ON whole.place = shown.place
LEFT JOIN past ON past.place = shown.place
LEFT JOIN against ON against.place = shown.place
LEFT JOIN worst ON worst.place = shown.place
LEFT JOIN heard ON heard.feed = shown.feed
WHERE shown.is_key
ORDER BY shown.place
