-- Every indicator: id, then feed, title and what it is counted in.
SELECT catalog.id, concat(feeds.title, ' · ', catalog.title, ' (', {unit_words}, ')') AS text
FROM indicator_catalog AS catalog
INNER JOIN feeds ON feeds.name = catalog.feed
ORDER BY text
