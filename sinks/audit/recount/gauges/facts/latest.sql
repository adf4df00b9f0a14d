-- The latest reported value of each known item of a district; at the same instant, the greater value counts.
SELECT
    toString(district) AS district,
    toString(assumeNotNull({item})) AS item,
    max((toUnixTimestamp64Milli(occurred_at), {said})) AS latest,
    latest.1 AS at_ms,
    latest.2 AS said
FROM archive
WHERE has({kinds}, toString(kind))
GROUP BY district, item
HAVING concat(district, '|', item) IN {known}
