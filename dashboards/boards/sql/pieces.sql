-- What the time range consists of: minutes of up to two days, hours of up to two months, else days.
pieces AS
(
    SELECT district, pane, pane AS first, pane AS last, counts, histograms, sets
    FROM panes FINAL
    WHERE {is_in_minutes} AND feed = chosen_feed AND district IN (SELECT code FROM chosen)
        AND pane >= {since} AND pane < $__toTime
    UNION ALL
    SELECT district, period, first, last, counts, histograms, sets
    FROM rollups FINAL
    WHERE NOT {is_in_minutes} AND grain = {piece_grain} AND feed = chosen_feed AND district IN (SELECT code FROM chosen)
        AND period >= {since} AND period < $__toTime
)
