-- The parts of the index by district and month: the rate out of merged panes, and its points. A part that
-- no feed measures has no row; one of a month without anything to count has no points.
SELECT district, month, tupleElement(rule, 1) AS part, tupleElement(rule, 2) AS full_points,
    sum(counts[tupleElement(rule, 3)]) AS above, sum(counts[tupleElement(rule, 4)]) AS below,
    if(below > 0, least(greatest(above / below, 0) / tupleElement(rule, 5), 1) * full_points, NULL) AS points
FROM
(
    SELECT district, toStartOfMonth(toTimeZone(pane, 'Asia/Ho_Chi_Minh')) AS month, counts
    FROM panes FINAL
    WHERE feed = {feed}
        AND district IN (${district:singlequote})
        AND pane >= {since} AND pane < {until}
) AS told
ARRAY JOIN [
    {rules}
] AS rule
WHERE month >= tupleElement(rule, 6) AND month <= tupleElement(rule, 7)
GROUP BY district, month, rule
