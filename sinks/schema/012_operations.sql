CREATE TABLE IF NOT EXISTS {database}.operations
(
    at DateTime64(3, 'UTC') COMMENT 'When it happened, UTC' CODEC(Delta, ZSTD(1)),
    kind LowCardinality(String) COMMENT 'start (of a process), schema (tables were created or changed), deployment, parked or resumed (a route of the sink)',
    part LowCardinality(String) COMMENT 'The affected part: sink, schema, dashboards, or the route',
    detail String COMMENT 'Details in words' CODEC(ZSTD(1))
)
ENGINE = MergeTree
ORDER BY at
TTL toDateTime(at) + toIntervalDay({ttl_audit_days})
COMMENT 'Operations on the system itself; see audit for repairs and reject_replays for events sent again';
