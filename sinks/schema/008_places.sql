-- The archive keeps an event once, at one place. This table keeps every place of an accepted event, to tell
-- an event sent twice from one that is missing. The views places_<feed>_feed fill it.
CREATE TABLE IF NOT EXISTS {database}.places
(
    feed LowCardinality(String) COMMENT 'Feed',
    generation UInt32 COMMENT 'Incarnation of the Kafka log; 0 for a durable broker' CODEC(T64, ZSTD(1)),
    partition UInt16 COMMENT 'Partition of the feed''s topic' CODEC(T64, ZSTD(1)),
    offset UInt64 COMMENT 'Offset of an accepted event in its partition' CODEC(Delta, ZSTD(1)),
    event_id UUID COMMENT 'The event that stands there' CODEC(ZSTD(1)),
    archived_at DateTime64(3, 'UTC') COMMENT 'When the archive took it, UTC' CODEC(Delta, ZSTD(1))
)
ENGINE = ReplacingMergeTree
ORDER BY (feed, generation, partition, offset)
TTL toDateTime(archived_at) + toIntervalDay({ttl_events_days})
COMMENT 'Every place in the log of an accepted event, for the audit; read with FINAL';
