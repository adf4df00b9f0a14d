-- A tenth of the minutes have no event. Parts shrink in the order of the contract, where the count of
-- all events comes first, so that shares stay below 1.
INSERT INTO panes (feed, district, pane, version, counts, histograms, sets, emitted_at)
SELECT {feed:String}, code, pane, toUnixTimestamp(pane) * 1000,
    mapFromArrays({counts:Array(String)}, arrayMap(
        part -> toInt64(busy * (1 - part / (length({counts:Array(String)}) + 1))),
        range(length({counts:Array(String)})))),
    mapFromArrays({histograms:Array(String)}, arrayMap(
        name -> mapFromArrays(range(20::Int32, 20 + {bins:Int32}), arrayMap(
            bin -> toInt64(1 + sipHash64(name, code, pane, bin) % 40), range(20, 20 + {bins:Int32}))),
        {histograms:Array(String)})),
    mapFromArrays({sets:Array(String)}, arrayMap(
        name -> arraySort(arrayDistinct(arrayMap(
            member -> concat('so-', toString(sipHash64(name, code, pane, member) % 60)),
            range({members:UInt32})))),
        {sets:Array(String)})),
    pane + INTERVAL 70 SECOND
FROM
(
    SELECT code, pane, {busy:UInt32} / 2 + sipHash64({feed:String}, code, pane) % {busy:UInt32} AS busy
    FROM units
    CROSS JOIN
    (
        SELECT toDateTime({until:UInt32}, 'UTC') - {step_s:UInt32} * (number + {first:UInt32}) AS pane
        FROM numbers({steps:UInt32})
    ) AS clock
    WHERE sipHash64(code, pane, {feed:String}) % 10 != 0
)
