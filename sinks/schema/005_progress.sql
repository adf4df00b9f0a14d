-- The last row of each generation stays, because the audit accounts for all generations.
CREATE TABLE IF NOT EXISTS {database}.progress
(
    feed LowCardinality(String) COMMENT 'Feed',
    generation UInt32 COMMENT 'Incarnation of the Kafka log; 0 for a durable broker',
    partition UInt16 COMMENT 'Partition of the feed''s topic',
    version UInt64 COMMENT 'Place in the event log up to which it was worked through',
    newest DateTime64(3, 'UTC') COMMENT 'Highest event time met so far, UTC',
    watermark DateTime64(3, 'UTC') COMMENT 'Event time up to which figures are taken to be complete, UTC',
    accepted UInt64 COMMENT 'Events accepted since the log began',
    rejected UInt64 COMMENT 'Events rejected since the log began',
    duplicates UInt64 COMMENT 'Events dropped as duplicates since the log began',
    late UInt64 COMMENT 'Accepted events that came behind the watermark, since the log began',
    beyond UInt64 COMMENT 'Those of the late that came too late for any pane, since the log began',
    known_since Map(LowCardinality(String), DateTime('UTC')) COMMENT 'Parts that panes of before then do not know, for the contract did not have them; a part that is not here is known',
    emitted_at DateTime64(3, 'UTC') COMMENT 'When the worker emitted this, UTC',
    rank UInt128 MATERIALIZED bitOr(bitShiftLeft(toUInt128(version), 64), toUInt128(toUnixTimestamp64Milli(emitted_at))) COMMENT 'version, then emitted_at, as one number: greatest wins'
)
ENGINE = ReplacingMergeTree(rank)
ORDER BY (feed, generation, partition)
COMMENT 'How far each partition of each feed has been worked through; read with FINAL';
