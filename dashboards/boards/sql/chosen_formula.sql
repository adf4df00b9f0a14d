-- Which parts of panes the chosen indicator is made of; a part that it has not is empty.
(SELECT any(feed) FROM indicator_catalog WHERE id = ${indicator:singlequote}) AS chosen_feed,
(SELECT any(formula) FROM indicator_formulas WHERE id = ${indicator:singlequote}) AS formula,
(SELECT any(numerator) FROM indicator_formulas WHERE id = ${indicator:singlequote}) AS numerator_part,
(SELECT any(denominator) FROM indicator_formulas WHERE id = ${indicator:singlequote}) AS denominator_part,
(SELECT any(scale) FROM indicator_formulas WHERE id = ${indicator:singlequote}) AS scale,
(SELECT any(part) FROM indicator_formulas WHERE id = ${indicator:singlequote}) AS other_part,
(SELECT any(quantile) FROM indicator_formulas WHERE id = ${indicator:singlequote}) AS q,
(SELECT any(width) FROM indicator_formulas WHERE id = ${indicator:singlequote}) AS width
