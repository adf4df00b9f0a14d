-- A deletion stays as a row for long: if it went before merges dropped the older values, one of these would
-- come back. rank: a suspended worker may write after its successor, so the value with the greater upto wins,
-- and the later one if both are equal.
CREATE TABLE IF NOT EXISTS {database}.state
(
    table_topic LowCardinality(String) COMMENT 'Changelog topic of the worker''s table',
    partition UInt16 COMMENT 'Partition of the changelog',
    key String COMMENT 'Message key, JSON' CODEC(ZSTD(1)),
    value String COMMENT 'Message value, JSON; empty if deleted' CODEC(ZSTD(1)),
    deleted Bool COMMENT 'Whether the worker deleted the key' CODEC(ZSTD(1)),
    upto UInt64 COMMENT 'Position in the event log of the last event that the value includes' CODEC(Delta, ZSTD(1)),
    position UInt64 COMMENT 'Position in the changelog; grows even over restarts of the broker' CODEC(Delta, ZSTD(1)),
    mirrored_at DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'When the row was written to this table, UTC' CODEC(Delta, ZSTD(1)),
    rank UInt128 MATERIALIZED bitOr(bitShiftLeft(toUInt128(upto), 64), toUInt128(position)) COMMENT 'upto, then position, as one number; the greatest wins' CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(rank)
ORDER BY (table_topic, partition, key)
TTL toDateTime(mirrored_at) + toIntervalDay(30) DELETE WHERE deleted
COMMENT 'Mirror of the workers'' changelogs, which refills a broker that lost them; read with FINAL';
