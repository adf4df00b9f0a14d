-- A route of the sink that was ever parked, and whether it is now.
SELECT part AS route, toUInt8(argMax(kind, at) = 'parked') AS is_parked
FROM operations
WHERE kind IN ('parked', 'resumed')
GROUP BY part
