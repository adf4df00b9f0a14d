-- How old each feed's newest event is at the end of the time range; fresh up to the age that its contract names (feeds.stale_s).
WITH ages AS
(
    SELECT progress.feed AS feed, any(feeds.stale_s) AS stale_s,
        greatest(0, dateDiff('second', max(progress.newest), least(now(), $__toTime))) AS age_s
    FROM progress FINAL
    INNER JOIN feeds ON feeds.name = progress.feed
    GROUP BY progress.feed
),
told AS
(
    SELECT feed,
        toNullable(concat(
            if(age_s <= stale_s, 'Mới · ', 'Cũ · '),
            {age_words})) AS told
    FROM ages
)
SELECT
    {columns}
FROM told
