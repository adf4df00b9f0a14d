-- One row per audit and feed, never changed: a repaired fault stays on record.
CREATE TABLE IF NOT EXISTS {database}.audit
(
    audited_at DateTime64(3, 'UTC') COMMENT 'When the audit ended, UTC' CODEC(Delta, ZSTD(1)),
    feed LowCardinality(String) COMMENT 'Feed',
    since Nullable(DateTime64(3, 'UTC')) COMMENT 'The audit considered only panes and rows since then, UTC; NULL: all' CODEC(ZSTD(1)),
    published UInt64 COMMENT 'Offsets that the workers have processed' CODEC(T64, ZSTD(1)),
    archived UInt64 COMMENT 'Events in the archive' CODEC(T64, ZSTD(1)),
    rejected UInt64 COMMENT 'Events rejected for another reason than repetition' CODEC(T64, ZSTD(1)),
    duplicates UInt64 COMMENT 'Repeated events: rejected as duplicates, or accepted again and archived once' CODEC(T64, ZSTD(1)),
    late UInt64 COMMENT 'Archived events that came late' CODEC(T64, ZSTD(1)),
    missing UInt64 COMMENT 'Offsets neither accepted nor rejected: a fault' CODEC(T64, ZSTD(1)),
    unarchived UInt64 COMMENT 'Accepted events that the archive lacks: a fault' CODEC(T64, ZSTD(1)),
    double UInt64 COMMENT 'Offsets both accepted and rejected: a fault' CODEC(T64, ZSTD(1)),
    panes_checked UInt64 COMMENT 'Panes compared with their recount from the archive' CODEC(T64, ZSTD(1)),
    panes_moving UInt64 COMMENT 'Panes that were changing, which the next audit compares' CODEC(T64, ZSTD(1)),
    panes_wrong UInt64 COMMENT 'Panes that differed from their recount: a fault' CODEC(T64, ZSTD(1)),
    panes_repaired UInt64 COMMENT 'Wrong ones that were correct at the end of the audit' CODEC(T64, ZSTD(1)),
    gauges_checked UInt64 COMMENT 'Parts of gauges compared with their recount from the archive' CODEC(T64, ZSTD(1)),
    gauges_wrong UInt64 COMMENT 'Parts of gauges that differed from their recount: a fault' CODEC(T64, ZSTD(1)),
    gauges_repaired UInt64 COMMENT 'Wrong ones that were correct at the end of the audit' CODEC(T64, ZSTD(1)),
    seconds Float64 COMMENT 'Duration of the audit, s' CODEC(ZSTD(1)),
    detail String COMMENT 'The first faults in words, a line each; empty if there is none' CODEC(ZSTD(1)),
    origin LowCardinality(String) COMMENT 'sink (by itself) or command (ioc audit)'
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(audited_at)
ORDER BY (feed, audited_at)
TTL toDateTime(audited_at) + toIntervalDay({ttl_audit_days})
COMMENT 'Results of audits: published = archived + rejected + duplicates, and comparisons of figures with the archive';
