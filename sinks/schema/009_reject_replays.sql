-- The sort key is that of rejects, so two replays of a position are one row. Retention is the same too: a row
-- is younger than its reject, and outlives it.
CREATE TABLE IF NOT EXISTS {database}.reject_replays
(
    feed LowCardinality(String) COMMENT 'Feed to which the event was sent',
    topic LowCardinality(String) COMMENT 'Kafka topic of the rejected event',
    generation UInt32 COMMENT 'Incarnation of the Kafka log; 0 for a durable broker' CODEC(T64, ZSTD(1)),
    partition UInt16 COMMENT 'Partition of the rejected event' CODEC(T64, ZSTD(1)),
    offset UInt64 COMMENT 'Offset of the rejected event in its partition' CODEC(Delta, ZSTD(1)),
    reason LowCardinality(String) COMMENT 'Why it was rejected, see rejects.reason',
    replayed_at DateTime64(3, 'UTC') COMMENT 'When Kafka confirmed the event that was sent again, UTC' CODEC(Delta, ZSTD(1))
)
ENGINE = ReplacingMergeTree(replayed_at)
ORDER BY (feed, topic, generation, partition, offset)
TTL toDateTime(replayed_at) + toIntervalDay({ttl_rejects_days})
COMMENT 'Rejected events that were sent again after a fix, each at most once; read with FINAL';
