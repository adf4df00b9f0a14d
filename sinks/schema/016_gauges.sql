-- The last emitted gauges of each district, which the audit recounts.
CREATE TABLE IF NOT EXISTS {database}.gauges
(
    feed LowCardinality(String) COMMENT 'Feed of the events',
    district LowCardinality(String) COMMENT 'Code of the district, see units.code',
    version UInt64 COMMENT 'Position of the last included event in the log',
    as_of_ms Int64 COMMENT 'Event time of the gauges, milliseconds since 1970',
    counts Map(LowCardinality(String), Int64) COMMENT 'Counts and totals by part name; merge districts by adding',
    histograms Map(LowCardinality(String), Map(Int32, Int64)) COMMENT 'Histograms by part name: bin number to count; merge by adding each bin',
    sets Map(LowCardinality(String), Array(String)) COMMENT 'Sets of distinct values by part name; merge by union',
    emitted_at DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'When the worker emitted this row, UTC',
    rank UInt128 MATERIALIZED bitOr(bitShiftLeft(toUInt128(version), 64), toUInt128(toUnixTimestamp64Milli(emitted_at))) COMMENT 'version, then emitted_at, as one number; the greatest wins'
)
ENGINE = ReplacingMergeTree(rank)
ORDER BY (feed, district)
COMMENT 'Parts of each district''s gauges (open items, presence, latest values) at an instant; read with FINAL';
