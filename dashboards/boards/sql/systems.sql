-- Every known system: what its connection was last said to be, and how its calls went over the last day of
-- the time range at most, from the archive.
SELECT known.name AS "Hệ thống", known.platform AS "Nền tảng",
    transform(told.state, ['connected', 'trial', 'down'], ['Chính thức', 'Thử nghiệm', 'Mất kết nối'], 'Không có dữ liệu') AS "Kết nối",
    if(told.calls > 0, told.last_call, NULL) AS "Lượt gọi cuối",
    told.calls AS "Lượt gọi",
    if(told.calls > 0, told.calls_ok / told.calls, NULL) AS "Thành công",
    if(told.calls > 0, told.latency, NULL) AS "Trả lời (p95)"
FROM
(
    SELECT toString(system) AS system, name_vi AS name, upper(platform) AS platform FROM platform_systems
) AS known
LEFT JOIN
(
    SELECT toString(system) AS system,
        toString(argMaxIf(state, occurred_at, kind = 'connection')) AS state,
        maxIf(occurred_at, kind = 'call') AS last_call,
        countIf(kind = 'call') AS calls,
        countIf(kind = 'call' AND status = 'ok') AS calls_ok,
        quantileIf(0.95)(latency_ms, kind = 'call') AS latency
    FROM events_{feed} FINAL
    WHERE district IN (${district:singlequote})
        AND occurred_at >= greatest($__fromTime, $__toTime - INTERVAL 1 DAY)
        AND occurred_at <= $__toTime
    GROUP BY system
) AS told ON told.system = known.system
ORDER BY "Thành công" ASC NULLS LAST, "Lượt gọi" DESC, "Hệ thống"
