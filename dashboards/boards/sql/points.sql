-- What was shown, and a state, hold until the next is told. Where nothing is known for longer than that can take, a
-- point without value: lines break there. A weekend breaks no line of days.
SELECT tupleElement(point, 1) AS time, series, tupleElement(point, 2) AS {title}
FROM
(
    SELECT series, slot, value, {step_s} AS step_s,
        multiIf({is_shown}, greatest(2 * step_s, 3900), {is_state}, 86400 + 2 * step_s, step_s = 86400, 4 * step_s, 2 * step_s) AS known_s,
        leadInFrame(slot, 1, if({is_shown} OR {is_state}, toDateTime(least($__toTime, now())), toDateTime(0))) OVER (
            PARTITION BY series ORDER BY slot ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING) AS next_slot
    FROM told
)
ARRAY JOIN multiIf(
    next_slot > slot + known_s, [tuple(slot, value), tuple(slot + step_s, NULL)],
    next_slot > slot + step_s AND ({is_shown} OR {is_state}), [tuple(slot, value), tuple(next_slot - step_s, value)],
    [tuple(slot, value)]) AS point
ORDER BY time, series
