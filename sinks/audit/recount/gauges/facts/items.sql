-- Each item's latest opening and closing, and the due time of its latest event that names one; 0: none.
-- The item belongs to the district of that opening, or else of its first event.
SELECT
    maxIf((toUnixTimestamp64Milli(occurred_at), {by}, toString(archive.district)), has({opens}, toString(kind))) AS opening,
    if(opening.1 > 0, opening.3, argMin(toString(archive.district), place)) AS district,
    toString(assumeNotNull({item})) AS item,
    opening.1 AS opened_ms,
    opening.2 AS opened_by,
    maxIf(toUnixTimestamp64Milli(occurred_at), has({closes}, toString(kind))) AS closed_ms,
    maxIf((toUnixTimestamp64Milli(occurred_at), toUnixTimestamp64Milli(assumeNotNull({due}))), {due} IS NOT NULL) AS due,
    due.1 AS due_at_ms,
    due.2 AS due_ms,
    max(toUnixTimestamp64Milli(occurred_at)) AS latest_ms
FROM archive
WHERE has({opens}, toString(kind)) OR has({closes}, toString(kind)) OR {due} IS NOT NULL
GROUP BY partition, {item}
