-- The archive keeps an event once, at one position. This table keeps every position of an accepted event, by
-- which audits tell a repeated event from a missing one. The views places_<feed>_feed fill it.
CREATE TABLE IF NOT EXISTS {database}.places
(
    feed LowCardinality(String) COMMENT 'Feed',
    generation UInt32 COMMENT 'Incarnation of the Kafka log; 0 for a durable broker' CODEC(T64, ZSTD(1)),
    partition UInt16 COMMENT 'Partition of the feed''s topic' CODEC(T64, ZSTD(1)),
    offset UInt64 COMMENT 'Offset of an accepted event in its partition' CODEC(Delta, ZSTD(1)),
    event_id UUID COMMENT 'The event at that offset' CODEC(ZSTD(1)),
    archived_at DateTime64(3, 'UTC') COMMENT 'When it was archived, UTC' CODEC(Delta, ZSTD(1))
)
ENGINE = ReplacingMergeTree
ORDER BY (feed, generation, partition, offset)
TTL toDateTime(archived_at) + toIntervalDay({ttl_events_days})
COMMENT 'Every position of an accepted event in the log, for audits; read with FINAL';
