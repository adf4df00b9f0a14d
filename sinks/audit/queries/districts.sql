-- The partition that a district's events come from; the newest one, should it have moved.
SELECT
    toString(district) AS district,
    argMax(partition, bitShiftLeft(toUInt64(generation), 40) + offset) AS partition
FROM events_{feed}
GROUP BY district
