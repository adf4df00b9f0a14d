-- The last panes that an audit has repaired, and refused events that were sent again after a fix.
SELECT time, text, tags
FROM
(
    SELECT audited_at AS time,
        concat('Sửa ', toString(panes_repaired), ' phút số liệu của ', feed) AS text,
        'audit' AS tags
    FROM audit
    WHERE panes_repaired > 0 AND $__timeFilter(audited_at)
    UNION ALL
    SELECT toStartOfMinute(replayed_at) AS time,
        concat('Gửi lại ', toString(count()), ' sự kiện của ', feed, ' (', reason, ')') AS text,
        'rejects' AS tags
    FROM reject_replays FINAL
    WHERE $__timeFilter(replayed_at)
    GROUP BY time, feed, reason
)
ORDER BY time DESC, text
LIMIT 200
