-- Which of the chosen units charts draw, where not all.
SELECT if(better = 'neither', 'lớn nhất trước', 'kém nhất trước')
FROM indicator_catalog
WHERE id = ${indicator:singlequote}
