-- Recounts a gauge from the archive: for each district up to the position, and as of the instant, of its
-- emitted gauges.
WITH
    archive AS
    (
        SELECT *, bitShiftLeft(toUInt64(generation), 40) + offset AS place
        FROM events_{feed} FINAL
        WHERE place <= transform(toString(district), {districts}, {versions}, toUInt64(0))
    ),
    facts AS
    (
{facts}
    ),
    told AS (SELECT *, transform(district, {districts}, {as_ofs}, toInt64(0)) AS as_of_ms FROM facts),
    -- Also the districts without events, whose known items are emitted all the same.
    every AS (SELECT arrayJoin({held}) AS district UNION DISTINCT SELECT district FROM facts)
{asked}
