-- What the archive says of a gauge: of each district up to the position, and as of the instant, that its
-- gauges were told for.
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
    -- Of a district in which nobody was heard from, too, it is told who is there.
    every AS (SELECT arrayJoin({held}) AS district UNION DISTINCT SELECT district FROM facts)
{asked}
