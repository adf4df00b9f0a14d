-- A feed's figures wait for its slowest partition, but not for one that is far behind the median. The worker
-- leaves a partition out once it has stayed more than IOC_LAGGARD_S seconds behind for that many seconds.
CREATE VIEW IF NOT EXISTS {database}.laggards
(
    feed LowCardinality(String) COMMENT 'Feed',
    partition UInt16 COMMENT 'Partition of the feed''s topic that is behind the others',
    watermark DateTime64(3, 'UTC') COMMENT 'Its watermark, UTC',
    behind_s Float64 COMMENT 'Seconds that it is behind the median partition of the feed'
)
AS SELECT feed, partition, watermark, behind_s
FROM
(
    SELECT
        feed, partition, watermark,
        dateDiff('millisecond', watermark, arrayElement(arraySort(groupArray(watermark) OVER of_feed),
            intDiv(count() OVER of_feed, 2) + 1)) / 1000 AS behind_s
    FROM {database}.progress FINAL
    WHERE watermark > 0 AND (feed, generation) IN
        (SELECT feed, max(generation) FROM {database}.progress GROUP BY feed)
    WINDOW of_feed AS (PARTITION BY feed)
)
WHERE behind_s > {laggard_s}
COMMENT 'Partitions for which their feed''s figures no longer wait, because they are too far behind';
