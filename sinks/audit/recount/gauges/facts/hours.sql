-- Events, or sums of a field, per clock hour (since 1970) of the days that are emitted.
SELECT
    toString(district) AS district,
    intDiv(toUnixTimestamp64Milli(occurred_at), 3600000) AS hour,
    toString(hour) AS item,
    sum(toInt64({weight})) AS counted
FROM archive
WHERE has({kinds}, toString(kind))
    AND hour >= intDiv(transform(toString(archive.district), {districts}, {as_ofs}, toInt64(0)) - toInt64({days} + 1) * 86400000, 3600000)
GROUP BY district, hour
