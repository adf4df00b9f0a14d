-- The last progress of each partition, with its watermark and emission time (ms since 1970).
SELECT partition, version, toUnixTimestamp64Milli(watermark) AS watermark_ms, toUnixTimestamp64Milli(emitted_at) AS emitted_ms
FROM progress FINAL
WHERE feed = {feed:String}
ORDER BY version DESC
LIMIT 1 BY partition
