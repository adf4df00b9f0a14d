-- An item is open from its opening until a closing at that time or later. It is overdue if its due time lies
-- before the instant of the gauge.
SELECT
    district,
    mapAdd(
        map('{prefix}open', toInt64(countIf(is_open)), '{prefix}overdue', toInt64(countIf(is_overdue))),
        sumMapIf(map(concat('{prefix}overdue_', opened_by), toInt64(1)), is_overdue AND has({by_values}, opened_by))
    ) AS counts,
    CAST(map() AS Map(String, Map(Int64, Int64))) AS histograms
FROM
(
    SELECT *, opened_ms > closed_ms AS is_open, is_open AND due_at_ms > 0 AND due_ms < as_of_ms AS is_overdue
    FROM told
)
GROUP BY district
