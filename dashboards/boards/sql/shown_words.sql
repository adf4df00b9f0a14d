-- How many of the chosen units charts draw, in words: cả 10 huyện, thành phố; 12 trong 148 xã, phường.
SELECT concat(
    multiIf(sum(units) > {most}, '{most} trong ', sum(units) > 1, 'cả ', ''), toString(sum(units)), ' ',
    arrayStringConcat(arrayMap(kind -> kind.3, arraySort(groupArray(tuple(-units, kind, word)))), ', '))
FROM
(
    SELECT count() AS units, toString(kind) AS kind, {kind_words} AS word
    FROM units
    WHERE code IN (${district:singlequote}) AND kind != 'province'
    GROUP BY kind
)
