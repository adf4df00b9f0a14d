-- The last row of each generation stays, because the audit accounts for all generations.
CREATE TABLE IF NOT EXISTS {database}.progress
(
    feed LowCardinality(String) COMMENT 'Feed',
    generation UInt32 COMMENT 'Incarnation of the Kafka log; 0 for a durable broker',
    partition UInt16 COMMENT 'Partition of the feed''s topic',
    version UInt64 COMMENT 'Position of the last processed event in the log',
    newest DateTime64(3, 'UTC') COMMENT 'Greatest event time so far, UTC',
    watermark DateTime64(3, 'UTC') COMMENT 'Event time up to which figures are assumed to be complete (the watermark), UTC',
    accepted UInt64 COMMENT 'Events accepted since the log began',
    rejected UInt64 COMMENT 'Events rejected since the log began',
    duplicates UInt64 COMMENT 'Events dropped as duplicates since the log began',
    late UInt64 COMMENT 'Accepted events that came late, since the log began',
    beyond UInt64 COMMENT 'Late events that came too late for any pane, since the log began',
    known_since Map(LowCardinality(String), DateTime('UTC')) COMMENT 'Parts that older panes do not know, because the contract lacked them, with the first minute that knows them; all panes know the other parts',
    emitted_at DateTime64(3, 'UTC') COMMENT 'When the worker emitted this row, UTC',
    rank UInt128 MATERIALIZED bitOr(bitShiftLeft(toUInt128(version), 64), toUInt128(toUnixTimestamp64Milli(emitted_at))) COMMENT 'version, then emitted_at, as one number; the greatest wins'
)
ENGINE = ReplacingMergeTree(rank)
ORDER BY (feed, generation, partition)
COMMENT 'How far each partition of each feed has been processed; read with FINAL';
