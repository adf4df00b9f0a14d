-- Every system that the events tell of: its platform, its name, and the last state of its connection by then.
SELECT toString(known.platform) AS platform, known.name_vi AS name, told.state AS state
FROM
(
    SELECT toString(system) AS system, toString(argMax(state, occurred_at)) AS state
    FROM events_{feed} FINAL
    WHERE kind = 'connection' AND occurred_at >= {since} AND occurred_at <= {until}
    GROUP BY system
) AS told
INNER JOIN platform_systems AS known ON toString(known.system) = told.system
