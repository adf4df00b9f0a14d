-- The feeds: name, then title.
SELECT name, title FROM feeds ORDER BY title
