CREATE TABLE IF NOT EXISTS {database}.operations
(
    at DateTime64(3, 'UTC') COMMENT 'When it happened, UTC' CODEC(Delta, ZSTD(1)),
    kind LowCardinality(String) COMMENT 'start (of a process), schema (tables were created or changed), deployment, parked or resumed (a route of the sink)',
    part LowCardinality(String) COMMENT 'What it happened to: sink, schema, dashboards, or the route',
    detail String COMMENT 'More, for people' CODEC(ZSTD(1))
)
ENGINE = MergeTree
ORDER BY at
TTL toDateTime(at) + toIntervalDay({ttl_audit_days})
COMMENT 'What was done to the system itself; repairs stand in audit, repeated events in reject_replays';
