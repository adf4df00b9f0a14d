-- The figures of each period, so that a query for them merges nothing. Hours and days follow from rollups, weeks
-- and months from days, quarters and years from months; states follow from gauge_rollups. A row is absolute: it is
-- rewritten when one of its hours is.
CREATE TABLE IF NOT EXISTS {database}.period_figures
(
    grain LowCardinality(String) COMMENT 'hour, day, week, month, quarter or year of the local calendar',
    indicator LowCardinality(String) COMMENT 'Id of the indicator, see indicator_catalog.id',
    period DateTime('UTC') COMMENT 'Start of the period, UTC' CODEC(DoubleDelta, ZSTD(1)),
    unit LowCardinality(String) COMMENT 'Code of the district or the province, see units.code',
    first Nullable(DateTime('UTC')) COMMENT 'Start of the first minute that has a pane, UTC; NULL for a state' CODEC(ZSTD(1)),
    numerator Nullable(Float64) COMMENT 'The count, before the division by the formula''s scale' CODEC(ZSTD(1)),
    denominator Nullable(Float64) COMMENT 'Denominator of a share or a mean; number of values of a quantile' CODEC(ZSTD(1)),
    value Nullable(Float64) COMMENT 'The figure of a quantile, a distinct count or a state; NULL for others, which follow from numerator and denominator' CODEC(ZSTD(1)),
    bins Map(Int32, Int64) COMMENT 'Histogram of a quantile: bin number to count' CODEC(ZSTD(1)),
    members Array(String) COMMENT 'Set of a distinct count' CODEC(ZSTD(1)),
    as_of Nullable(DateTime64(3, 'UTC')) COMMENT 'Event time of a state, UTC; NULL for others' CODEC(ZSTD(1)),
    version UInt256 COMMENT 'Sum of the versions of its roll-ups, or the rank of a state; the greatest wins' CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYear(period)
ORDER BY (grain, indicator, period, unit)
SETTINGS index_granularity = 1024
COMMENT 'Parts of the figures of each hour, day, week, month, quarter and year; read with FINAL. For figures read the view figures';
