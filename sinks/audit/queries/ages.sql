-- The server's time, and when the oldest row about this feed was written (NULL: there is none), UTC.
SELECT now64(3, 'UTC'), minOrNull(oldest)
FROM
(
    SELECT minOrNull(archived_at) AS oldest FROM places WHERE feed = {feed:String}
    UNION ALL
    SELECT minOrNull(rejected_at) FROM rejects WHERE feed = {feed:String}
    UNION ALL
    SELECT minOrNull(emitted_at) FROM progress WHERE feed = {feed:String}
    UNION ALL
    SELECT minOrNull(emitted_at) FROM panes WHERE feed = {feed:String}
)
