CREATE TABLE IF NOT EXISTS {database}.blank_offsets
(
    feed LowCardinality(String) COMMENT 'Feed',
    generation UInt32 COMMENT 'Incarnation of the Kafka log; 0 for a durable broker',
    partition UInt16 COMMENT 'Partition of the feed''s topic',
    first UInt64 COMMENT 'First offset of a span without committed records in the log',
    last UInt64 COMMENT 'Last offset of that span',
    noted_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'When an audit learnt it from the broker, UTC'
)
ENGINE = ReplacingMergeTree(noted_at)
ORDER BY (feed, generation, partition, first, last)
COMMENT 'Offsets without an event: markers of transactions, and records of aborted ones';
