-- The last emitted gauges of each district, which the audit recounts.
CREATE TABLE IF NOT EXISTS {database}.gauges
(
    feed LowCardinality(String) COMMENT 'Feed that the events came from',
    district LowCardinality(String) COMMENT 'Code of the district, see units.code',
    version UInt64 COMMENT 'Place in the event log up to which events are included',
    as_of_ms Int64 COMMENT 'Event time that they speak for, milliseconds since 1970',
    counts Map(LowCardinality(String), Int64) COMMENT 'Counts and totals by part name; add them to merge districts',
    histograms Map(LowCardinality(String), Map(Int32, Int64)) COMMENT 'Histograms by part name: bin number to count; add bin by bin to merge',
    sets Map(LowCardinality(String), Array(String)) COMMENT 'Sets of distinct values by part name; unite to merge',
    emitted_at DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'When the worker told this, UTC',
    rank UInt128 MATERIALIZED bitOr(bitShiftLeft(toUInt128(version), 64), toUInt128(toUnixTimestamp64Milli(emitted_at))) COMMENT 'version, then emitted_at, as one number: greatest wins'
)
ENGINE = ReplacingMergeTree(rank)
ORDER BY (feed, district)
COMMENT 'Parts of each district''s gauges (open items, presence, latest values) as of an instant; read with FINAL';
