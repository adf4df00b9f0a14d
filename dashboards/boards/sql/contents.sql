-- One row a content of the centre: its key figure for the whole province, the worst district, the last
-- 24 hours as bars (each hour's last figure, the highest of them the tallest), the change on the same time a
-- day ago, its next headline figures, and how fresh its feed is. A content without a feed stays as a row.
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
    figures AS
    (
        SELECT shown.place AS place, shown.indicator AS indicator, shown.is_key AS is_key,
            shown.place_in_headline AS place_in_headline, latest.district AS district, catalog.title AS title,
            latest.value AS value, catalog.better AS better,
            catalog.measurement AS measurement, catalog.decimals AS decimals,
            {state} AS state,
            {value_words} AS said
        FROM shown
        INNER JOIN indicator_latest AS latest
            ON latest.indicator = shown.indicator AND latest.horizon_s = shown.horizon_s
        INNER JOIN indicator_catalog AS catalog ON catalog.id = shown.indicator
        WHERE value IS NOT NULL
    ),
    whole AS
    (
        SELECT place,
            anyIf(figures.title, is_key) AS title, anyIf(figures.said, is_key) AS said,
            anyIf(figures.state, is_key) AS state, anyIf(figures.value, is_key) AS value,
            anyIf(figures.measurement, is_key) AS measurement, anyIf(figures.decimals, is_key) AS decimals,
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
        WHERE is_key AND units.kind != 'province' AND better != 'neither'
        GROUP BY place
    ),
    hours AS
    (
        SELECT place, CAST(groupArray(tuple(ago, value)), 'Map(UInt8, Float64)') AS by_hour
        FROM
        (
            SELECT shown.place AS place,
                toUInt8(intDiv(dateDiff('second', indicators.window_end, $__toTime), 3600)) AS ago,
                argMax(assumeNotNull(indicators.value), indicators.window_end) AS value
            FROM indicators FINAL
            INNER JOIN shown ON shown.indicator = indicators.indicator AND shown.horizon_s = indicators.horizon_s
            WHERE shown.is_key AND indicators.district = province AND indicators.value IS NOT NULL
                AND indicators.window_end > $__toTime - INTERVAL 25 HOUR AND indicators.window_end <= $__toTime
            GROUP BY place, ago
        )
        GROUP BY place
    ),
    heard AS
    (
        SELECT feeds.name AS feed, any(feeds.stale_s) AS stale_s, max(progress.newest) AS newest,
            greatest(0, dateDiff('second', newest, now())) AS age_s
        FROM progress FINAL
        INNER JOIN feeds ON feeds.name = progress.feed
        GROUP BY feeds.name
    )
SELECT shown.content AS "Nội dung",
    if(whole.value IS NULL, 'Không có dữ liệu', whole.said) AS "Toàn tỉnh",
    whole.title AS "Chỉ tiêu",
    multiIf(whole.value IS NULL, 'Không có dữ liệu', whole.state IS NULL, 'Không ngưỡng', whole.state = 2, 'Xấu', whole.state = 1, 'Cảnh báo', 'Tốt') AS "Tình trạng",
    ifNull(concat(worst.found.1, ' · ', worst.found.3), '') AS "Địa phương xấu nhất",
    {bars} AS "24 giờ qua",
    {change} AS "So với hôm qua",
    whole.others AS "Các chỉ tiêu khác",
    if(heard.feed = '', 'Không có dữ liệu',
        if(age_s <= stale_s, concat('Mới · ', {age_words}),
            concat('Cũ · im lặng từ ', formatDateTime(newest, '%H:%i %d/%m', 'Asia/Ho_Chi_Minh')))) AS "Độ mới",
    if(shown.feed = '', '', concat('{board}', shown.feed)) AS board,
    ifNull(worst.found.2, '') AS code
FROM shown
LEFT JOIN whole ON whole.place = shown.place
LEFT JOIN worst ON worst.place = shown.place
LEFT JOIN hours ON hours.place = shown.place
LEFT JOIN heard ON heard.feed = shown.feed
WHERE shown.is_key
ORDER BY shown.place
LIMIT 50
