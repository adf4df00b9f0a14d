-- rank breaks ties between equal versions: the watermark of a silent feed follows the clock, so its figures
-- change without a new event.
CREATE TABLE IF NOT EXISTS {database}.indicators
(
    indicator LowCardinality(String) COMMENT 'Id of the indicator, see indicator_catalog.id',
    district LowCardinality(String) COMMENT 'Code of the district or the province, see units.code',
    horizon_s UInt32 COMMENT 'Seconds that the figure looks back from window_end; 0: an instant' CODEC(T64, ZSTD(1)),
    window_end DateTime('UTC') COMMENT 'End of the last minute that the figure covers, UTC' CODEC(DoubleDelta, ZSTD(1)),
    as_of DateTime64(3, 'UTC') COMMENT 'Event time of the figure (the watermark), UTC' CODEC(Delta, ZSTD(1)),
    value Nullable(Float64) COMMENT 'The figure, in the measurement of the catalog (shares 0-1); NULL: no data' CODEC(ZSTD(1)),
    numerator Nullable(Float64) COMMENT 'Numerator of a share or a mean; the count itself for a count' CODEC(ZSTD(1)),
    denominator Nullable(Float64) COMMENT 'Denominator of a share or a mean; number of values of a quantile' CODEC(ZSTD(1)),
    computed_at DateTime64(3, 'UTC') COMMENT 'When the worker computed it, UTC' CODEC(Delta, ZSTD(1)),
    version UInt64 COMMENT 'Position of the last included event in the log' CODEC(T64, ZSTD(1)),
    rank UInt128 MATERIALIZED bitOr(bitShiftLeft(toUInt128(version), 64), toUInt128(toUnixTimestamp64Milli(computed_at))) COMMENT 'version, then computed_at, as one number; the greatest wins' CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(rank)
PARTITION BY toYYYYMM(window_end)
ORDER BY (indicator, district, horizon_s, window_end)
TTL toDateTime(computed_at) + toIntervalDay({ttl_indicators_days})
COMMENT 'Figures as they were shown, by the minute in which their window ends; a row is valid until the next. Read with FINAL; for figures of periods read the view figures';

CREATE TABLE IF NOT EXISTS {database}.indicator_current
(
    indicator LowCardinality(String) COMMENT 'Id of the indicator, see indicator_catalog.id',
    district LowCardinality(String) COMMENT 'Code of the district or the province, see units.code',
    horizon_s UInt32 COMMENT 'Seconds that the figure looks back from window_end; 0: an instant',
    window_end DateTime('UTC') COMMENT 'End of the last minute that the figure covers, UTC',
    as_of DateTime64(3, 'UTC') COMMENT 'Event time of the figure (the watermark), UTC',
    value Nullable(Float64) COMMENT 'The figure, in the measurement of the catalog (shares 0-1); NULL: no data',
    numerator Nullable(Float64) COMMENT 'Numerator of a share or a mean; the count itself for a count',
    denominator Nullable(Float64) COMMENT 'Denominator of a share or a mean; number of values of a quantile',
    computed_at DateTime64(3, 'UTC') COMMENT 'When the worker computed it, UTC',
    version UInt64 COMMENT 'Position of the last included event in the log',
    rank UInt128 MATERIALIZED bitOr(bitShiftLeft(toUInt128(version), 64), toUInt128(toUnixTimestamp64Milli(computed_at))) COMMENT 'version, then computed_at, as one number; the greatest wins'
)
ENGINE = ReplacingMergeTree(rank)
ORDER BY (indicator, district, horizon_s)
COMMENT 'Newest figure of each indicator, district and horizon, before merges; read indicator_latest';

CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.indicator_current_feed TO {database}.indicator_current
(
    indicator LowCardinality(String) COMMENT 'Id of the indicator, see indicator_catalog.id',
    district LowCardinality(String) COMMENT 'Code of the district or the province, see units.code',
    horizon_s UInt32 COMMENT 'Seconds that the figure looks back from window_end; 0: an instant',
    window_end DateTime('UTC') COMMENT 'End of the last minute that the figure covers, UTC',
    as_of DateTime64(3, 'UTC') COMMENT 'Event time of the figure (the watermark), UTC',
    value Nullable(Float64) COMMENT 'The figure, in the measurement of the catalog (shares 0-1); NULL: no data',
    numerator Nullable(Float64) COMMENT 'Numerator of a share or a mean; the count itself for a count',
    denominator Nullable(Float64) COMMENT 'Denominator of a share or a mean; number of values of a quantile',
    computed_at DateTime64(3, 'UTC') COMMENT 'When the worker computed it, UTC',
    version UInt64 COMMENT 'Position of the last included event in the log'
)
AS SELECT indicator, district, horizon_s, window_end, as_of, value, numerator, denominator, computed_at, version
FROM {database}.indicators
COMMENT 'Fills indicator_current with every row that is inserted into indicators';
