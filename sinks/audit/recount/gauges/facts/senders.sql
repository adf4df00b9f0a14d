-- When each known sender of a district was last heard from.
SELECT toString(district) AS district, toString(assumeNotNull({sender})) AS item, max(toUnixTimestamp64Milli(occurred_at)) AS at_ms
FROM archive
WHERE empty({kinds}) OR has({kinds}, toString(kind))
GROUP BY district, item
HAVING concat(district, '|', item) IN {known}
