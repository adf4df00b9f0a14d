-- The sort key is only the position in the log, so a position is listed once, even if a repeated check gives
-- another reason. The table has no partitions, because rows of one position may differ in their times.
CREATE TABLE IF NOT EXISTS {database}.rejects
(
    feed LowCardinality(String) COMMENT 'Feed to which the event was sent',
    topic LowCardinality(String) COMMENT 'Kafka topic of the event',
    generation UInt32 COMMENT 'Incarnation of the Kafka log; 0 for a durable broker' CODEC(T64, ZSTD(1)),
    partition UInt16 COMMENT 'Partition of the topic' CODEC(T64, ZSTD(1)),
    offset UInt64 COMMENT 'Offset in the partition' CODEC(Delta, ZSTD(1)),
    reason LowCardinality(String) COMMENT 'malformed, too_large, unknown_unit, too_late, too_far_ahead, wrong_partition, duplicate or unprocessable',
    detail String COMMENT 'The exact fault, in words' CODEC(ZSTD(1)),
    raw_base64 String EPHEMERAL COMMENT 'Only for inserts: the bytes of the event in Base64',
    raw String DEFAULT base64Decode(raw_base64) COMMENT 'The original bytes of the event; may be cut off, may be invalid UTF-8' CODEC(ZSTD(3)),
    published_at DateTime64(3, 'UTC') COMMENT 'When the broker received the event, UTC' CODEC(Delta, ZSTD(1)),
    rejected_at DateTime64(3, 'UTC') COMMENT 'When the worker rejected it, UTC' CODEC(Delta, ZSTD(1))
)
ENGINE = ReplacingMergeTree
ORDER BY (feed, topic, generation, partition, offset)
TTL toDateTime(rejected_at) + toIntervalDay({ttl_rejects_days})
COMMENT 'Events that were not accepted, one row for each position in the log; read with FINAL';
