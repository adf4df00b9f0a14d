-- Figures of periods beside what the roll-ups of their hours and days come to, all of longer periods by days.
SELECT count() AS checked, countIf(is_wrong) AS wrong,
    groupArrayIf({limit})((grain, unit, start, id, told, recounted), is_wrong) AS examples,
    groupArrayIf({at_once})((unit, toUnixTimestamp(start)), is_wrong) AS hours
FROM
(
    SELECT grain, id, unit, start, groupUniqArray((numerator, denominator, value, all_bins, all_members)) AS found,
        length(found) > 1 OR count() < 2 AS is_wrong,
        anyIf(said, is_held) AS told, anyIf(said, NOT is_held) AS recounted
    FROM
    (
        SELECT *, concat(ifNull(toString(value), '–'), ' of ', ifNull(toString(numerator), '–'), ' and ', ifNull(toString(denominator), '–')) AS said
        FROM
        (
            SELECT false AS is_held, toString(grain) AS grain, toString(id) AS id, unit, start, numerator, denominator, value, all_bins, all_members
            FROM
            (
                {recounted}
            )
            UNION ALL
            SELECT true, toString(grain), toString(indicator), toString(unit), period, numerator, denominator, value, bins, members
            FROM period_figures FINAL
            WHERE has({grains}, grain) AND as_of IS NULL AND period >= {since:DateTime('UTC')} AND period < {until:DateTime('UTC')}
                AND indicator IN (SELECT id FROM indicator_formulas WHERE splitByChar('.', toString(id))[1] = {feed:String} AND formula != 'state')
        )
    )
    GROUP BY grain, id, unit, start
)
