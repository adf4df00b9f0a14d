-- A deletion stays as a row until long after older values have been merged away: dropping it sooner would
-- bring such a value back. rank: a worker that overslept may write after its successor, so the value with the
-- greater upto wins, and of equals the later one.
CREATE TABLE IF NOT EXISTS {database}.state
(
    table_topic LowCardinality(String) COMMENT 'Changelog topic of the worker''s table',
    partition UInt16 COMMENT 'Partition of the changelog',
    key String COMMENT 'Message key, JSON' CODEC(ZSTD(1)),
    value String COMMENT 'Message value, JSON; empty where deleted' CODEC(ZSTD(1)),
    deleted Bool COMMENT 'Whether the worker deleted the key' CODEC(ZSTD(1)),
    upto UInt64 COMMENT 'Position in the event log of the last event that the value includes' CODEC(Delta, ZSTD(1)),
    position UInt64 COMMENT 'Place in the changelog, growing over restarts of the broker' CODEC(Delta, ZSTD(1)),
    mirrored_at DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'When the row was written here, UTC' CODEC(Delta, ZSTD(1)),
    rank UInt128 MATERIALIZED bitOr(bitShiftLeft(toUInt128(upto), 64), toUInt128(position)) COMMENT 'upto, then position, as one number: greatest wins' CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(rank)
ORDER BY (table_topic, partition, key)
TTL toDateTime(mirrored_at) + toIntervalDay(30) DELETE WHERE deleted
COMMENT 'Mirror of the workers'' changelogs, from which a broker that forgets is filled again; read with FINAL';
