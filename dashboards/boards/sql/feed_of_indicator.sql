(SELECT any(feed) FROM indicator_catalog WHERE id = ${indicator:singlequote})
