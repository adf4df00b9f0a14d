-- The partition of a district's events; the newest one if the district has moved.
SELECT
    toString(district) AS district,
    argMax(partition, bitShiftLeft(toUInt64(generation), 40) + offset) AS partition
FROM events_{feed}
GROUP BY district
