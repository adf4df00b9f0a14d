-- Every five minutes; one audit in a hundred finds a fault, and mends it.
INSERT INTO audit (audited_at, feed, since, published, archived, rejected, duplicates, late, missing,
    unarchived, double, panes_checked, panes_moving, panes_wrong, panes_repaired, seconds, detail, origin)
SELECT toDateTime64({until:UInt32} - 300 * number, 3, 'UTC') AS at, name, at - INTERVAL 26 HOUR,
    archived + 50, archived, 40, 10, 5, 0, 0, 0, 15600, 20,
    number % 100 = 99, number % 100 = 99, 0.8, if(number % 100 = 99, 'pane 148 12:00', ''), 'sink'
FROM
(
    SELECT name, number, greatest(0, {events:Int64} - toInt64(number)) AS archived
    FROM feeds CROSS JOIN numbers(greatest(1, intDiv({minutes:UInt32}, 5))) AS every
)
