-- One row per audit and feed, never changed: a repaired fault stays on record.
CREATE TABLE IF NOT EXISTS {database}.audit
(
    audited_at DateTime64(3, 'UTC') COMMENT 'When the audit ended, UTC' CODEC(Delta, ZSTD(1)),
    feed LowCardinality(String) COMMENT 'Feed',
    since Nullable(DateTime64(3, 'UTC')) COMMENT 'Only panes, and what was stored, from then on, UTC; NULL: from the beginning' CODEC(ZSTD(1)),
    published UInt64 COMMENT 'Offsets that the workers have worked through' CODEC(T64, ZSTD(1)),
    archived UInt64 COMMENT 'Events in the archive' CODEC(T64, ZSTD(1)),
    rejected UInt64 COMMENT 'Events rejected for another reason than being repeated' CODEC(T64, ZSTD(1)),
    duplicates UInt64 COMMENT 'Repetitions: rejected as such, or archived once with the event that they repeat' CODEC(T64, ZSTD(1)),
    late UInt64 COMMENT 'Archived events that came behind the watermark' CODEC(T64, ZSTD(1)),
    missing UInt64 COMMENT 'Offsets neither accepted nor rejected: a fault' CODEC(T64, ZSTD(1)),
    unarchived UInt64 COMMENT 'Accepted events that the archive does not hold: a fault' CODEC(T64, ZSTD(1)),
    double UInt64 COMMENT 'Offsets accepted as well as rejected: a fault' CODEC(T64, ZSTD(1)),
    panes_checked UInt64 COMMENT 'Panes compared with their recount from the archive' CODEC(T64, ZSTD(1)),
    panes_moving UInt64 COMMENT 'Panes that were changing and are left to the next audit' CODEC(T64, ZSTD(1)),
    panes_wrong UInt64 COMMENT 'Panes that differed from their recount: a fault' CODEC(T64, ZSTD(1)),
    panes_repaired UInt64 COMMENT 'Those of them that were right again at the end' CODEC(T64, ZSTD(1)),
    gauges_checked UInt64 COMMENT 'Parts of gauges compared with their recount from the archive' CODEC(T64, ZSTD(1)),
    gauges_wrong UInt64 COMMENT 'Those of them that differed from their recount: a fault' CODEC(T64, ZSTD(1)),
    gauges_repaired UInt64 COMMENT 'Those of them that were right again at the end' CODEC(T64, ZSTD(1)),
    seconds Float64 COMMENT 'How long the audit took, s' CODEC(ZSTD(1)),
    detail String COMMENT 'The first faults in words, a line each; empty where there is none' CODEC(ZSTD(1)),
    origin LowCardinality(String) COMMENT 'sink (by itself) or command (ioc audit)'
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(audited_at)
ORDER BY (feed, audited_at)
TTL toDateTime(audited_at) + toIntervalDay({ttl_audit_days})
COMMENT 'What audits have found: published = archived + rejected + duplicates, and panes against the archive';
