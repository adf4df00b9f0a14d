-- Where nothing is known for more than two intervals and more than the hour at which figures of the past
-- stand, a point without value: lines break there.
SELECT tupleElement(point, 1) AS time, series, tupleElement(point, 2) AS {title}
FROM
(
    SELECT series, slot, value,
        leadInFrame(slot) OVER (
            PARTITION BY series ORDER BY slot ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING) AS next_slot
    FROM told
)
ARRAY JOIN if(
    next_slot > slot + INTERVAL greatest(2 * $__interval_s, 3900) SECOND,
    [tuple(slot, value), tuple(slot + INTERVAL $__interval_s SECOND, NULL)],
    [tuple(slot, value)]) AS point
ORDER BY time, series
