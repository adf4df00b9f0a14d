-- The workers' state of a gauge, from its mirror.
SELECT substring(JSONExtractString(key) AS entry, position(entry, {gauge:String}) + length({gauge:String}) + 1) AS name, value
FROM state FINAL
WHERE table_topic = {changelog:String} AND NOT deleted AND position(entry, {gauge:String}) > 0
