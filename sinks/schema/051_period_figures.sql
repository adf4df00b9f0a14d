-- What the figures of each period are made of, so that asking for them merges nothing. Hours and days follow from
-- rollups, weeks and months from days, quarters and years from months; states from gauge_rollups. A row is absolute:
-- it is made anew when one of its hours was.
CREATE TABLE IF NOT EXISTS {database}.period_figures
(
    grain LowCardinality(String) COMMENT 'hour, day, week, month, quarter or year of the local calendar',
    indicator LowCardinality(String) COMMENT 'Id of the indicator, see indicator_catalog.id',
    period DateTime('UTC') COMMENT 'Start of the period, UTC' CODEC(DoubleDelta, ZSTD(1)),
    unit LowCardinality(String) COMMENT 'Code of the district or the province, see units.code',
    first Nullable(DateTime('UTC')) COMMENT 'Start of the first minute in which something happened, UTC; NULL of a state' CODEC(ZSTD(1)),
    numerator Nullable(Float64) COMMENT 'What is counted, before it is divided by the formula''s scale' CODEC(ZSTD(1)),
    denominator Nullable(Float64) COMMENT 'What a share or a mean is divided by; number of values of a quantile' CODEC(ZSTD(1)),
    value Nullable(Float64) COMMENT 'The figure of a quantile, a distinct count and a state; NULL of others, which follow from the two' CODEC(ZSTD(1)),
    bins Map(Int32, Int64) COMMENT 'Histogram of a quantile: bin number to count' CODEC(ZSTD(1)),
    members Array(String) COMMENT 'Set of a distinct count' CODEC(ZSTD(1)),
    as_of Nullable(DateTime64(3, 'UTC')) COMMENT 'Event time that a state speaks for, UTC; NULL of others' CODEC(ZSTD(1)),
    version UInt256 COMMENT 'Versions of its roll-ups added up, or the rank of a state: greatest wins' CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYear(period)
ORDER BY (grain, indicator, period, unit)
SETTINGS index_granularity = 1024
COMMENT 'Parts of the figures of each hour, day, week, month, quarter and year; read with FINAL, ask figures for figures';
