-- The chosen districts that a chart draws: the worst by the last figure, of all of them.
SELECT chosen.code AS code, chosen.name_vi AS name_vi
FROM chosen
LEFT JOIN figures ON figures.district = chosen.code
ORDER BY tupleElement(figures.last, 1) {order} NULLS LAST, name_vi
LIMIT {most}
