-- A row is the absolute state of a minute, so writing it again changes nothing: the greatest version of a
-- sort key wins. Retention counts from the emission, so panes of a replay of old years are kept as long.
CREATE TABLE IF NOT EXISTS {database}.panes
(
    feed LowCardinality(String) COMMENT 'Feed of the events',
    district LowCardinality(String) COMMENT 'Code of the district, see units.code',
    pane DateTime('UTC') COMMENT 'Start of the minute of event time, UTC' CODEC(DoubleDelta, ZSTD(1)),
    version UInt64 COMMENT 'Position of the last included event in the log; the greatest wins' CODEC(T64, ZSTD(1)),
    counts Map(LowCardinality(String), Int64) COMMENT 'Counts and fixed-point sums by part name; merge by adding' CODEC(ZSTD(1)),
    histograms Map(LowCardinality(String), Map(Int32, Int64)) COMMENT 'Histograms by part name: bin number to count; merge by adding each bin' CODEC(ZSTD(1)),
    sets Map(LowCardinality(String), Array(String)) COMMENT 'Sets of distinct values by part name; merge by union' CODEC(ZSTD(1)),
    emitted_at DateTime64(3, 'UTC') COMMENT 'When the worker emitted this version, UTC' CODEC(Delta, ZSTD(1))
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(pane)
ORDER BY (feed, district, pane)
TTL toDateTime(emitted_at) + toIntervalDay({ttl_panes_days})
COMMENT 'Mergeable parts of each minute and district; read with FINAL';
