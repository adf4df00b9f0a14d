-- Each document event counts in its own minute. A revocation also subtracts one in the minute in which
-- the document was received or issued, if that was at most 24 hours before it and not after it. Of
-- several revocations of a document, the earliest counts.
-- The time to complete a document runs from its reception, and is at least 0. Its histogram has bins of
-- an hour; bin 2,400 (a hundred days) stands for any longer time.
WITH greatest(0, toUnixTimestamp64Milli(occurred_at) - toUnixTimestamp64Milli(received_at)) AS taken_ms
SELECT
    district,
    toStartOfMinute(counted_at) AS pane,
    max(is_ahead) AS is_moving,
    map(
        'events', toInt64(countIf(is_own)),
        'late', toInt64(countIf(is_own AND late)),
        'received', toInt64(countIf(is_own AND kind = 'received')) - toInt64(countIf(NOT is_own AND direction = 'incoming')),
        'issued', toInt64(countIf(is_own AND kind = 'issued')) - toInt64(countIf(NOT is_own AND direction = 'outgoing')),
        'issued_signed', toInt64(countIf(is_own AND kind = 'issued' AND signed)) - toInt64(countIf(NOT is_own AND direction = 'outgoing' AND signed)),
        'registered', toInt64(countIf(is_own AND kind IN ('received', 'issued'))) - toInt64(countIf(NOT is_own)),
        'registered_electronic', toInt64(countIf(is_own AND kind IN ('received', 'issued') AND electronic)) - toInt64(countIf(NOT is_own AND electronic)),
        'completed', toInt64(countIf(is_own AND kind = 'completed')),
        'completed_on_time', toInt64(countIf(is_own AND kind = 'completed' AND occurred_at <= due_at)),
        'completed_seconds', sumIf(toInt64(intDiv(taken_ms, 1000)), is_own AND kind = 'completed')
    ) AS counts,
    map(
        'completed_hours',
        sumMapIf(map(toInt32(least(intDiv(taken_ms, 3600000), 2400)), toInt64(1)), is_own AND kind = 'completed')
    ) AS histograms,
    CAST(map() AS Map(String, Array(String))) AS sets
FROM
(
    SELECT *, occurred_at AS counted_at, true AS is_own
    FROM archive
    WHERE occurred_at >= {since:DateTime64(3, 'UTC')} AND occurred_at < {until:DateTime64(3, 'UTC')}
    UNION ALL
    SELECT *, received_at AS counted_at, false AS is_own
    FROM
    (
        SELECT * FROM archive
        WHERE kind = 'revoked' AND occurred_at >= received_at AND occurred_at <= received_at + toIntervalHour(24)
        ORDER BY occurred_at, toString(event_id)
        LIMIT 1 BY partition, document_id
    )
    WHERE received_at >= {since:DateTime64(3, 'UTC')} AND received_at < {until:DateTime64(3, 'UTC')}
)
GROUP BY district, pane
