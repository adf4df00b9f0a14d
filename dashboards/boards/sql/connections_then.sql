-- Every known system: its platform, its name, and the last state of its connection by then, '' if nothing was told.
SELECT toString(known.platform) AS platform, known.name_vi AS name, told.state AS state
FROM platform_systems AS known
LEFT JOIN
(
    SELECT toString(system) AS system, toString(argMax(state, occurred_at)) AS state
    FROM events_{feed} FINAL
    WHERE kind = 'connection' AND occurred_at >= {since} AND occurred_at <= {until}
    GROUP BY system
) AS told ON told.system = toString(known.system)
