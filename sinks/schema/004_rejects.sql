-- The sort key is only the place in the log: a place is listed once, whatever reason a repeated check gives.
-- The table has no partitions for the same reason: no time of the row is part of its place.
CREATE TABLE IF NOT EXISTS {database}.rejects
(
    feed LowCardinality(String) COMMENT 'Feed that the event was sent to',
    topic LowCardinality(String) COMMENT 'Kafka topic that the event stands in',
    generation UInt32 COMMENT 'Incarnation of the Kafka log; 0 for a durable broker' CODEC(T64, ZSTD(1)),
    partition UInt16 COMMENT 'Partition of the topic' CODEC(T64, ZSTD(1)),
    offset UInt64 COMMENT 'Offset in the partition' CODEC(Delta, ZSTD(1)),
    reason LowCardinality(String) COMMENT 'malformed, too_large, unknown_unit, too_late, too_far_ahead, wrong_partition, duplicate or unprocessable',
    detail String COMMENT 'What exactly is wrong, for people' CODEC(ZSTD(1)),
    raw_base64 String EPHEMERAL COMMENT 'Only for inserts: the bytes of the event in Base64',
    raw String DEFAULT base64Decode(raw_base64) COMMENT 'The bytes of the event as they came; may be cut, need not be UTF-8' CODEC(ZSTD(3)),
    published_at DateTime64(3, 'UTC') COMMENT 'When the broker took the event, UTC' CODEC(Delta, ZSTD(1)),
    rejected_at DateTime64(3, 'UTC') COMMENT 'When the worker rejected it, UTC' CODEC(Delta, ZSTD(1))
)
ENGINE = ReplacingMergeTree
ORDER BY (feed, topic, generation, partition, offset)
TTL toDateTime(rejected_at) + toIntervalDay({ttl_rejects_days})
COMMENT 'Events that were not accepted, once for each place in the log; read with FINAL';
