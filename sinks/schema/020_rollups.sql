-- Hours derive from panes, and days from hours. A row is absolute, like a pane: it is rewritten when one of its
-- minutes changes, and the greatest version of a sort key wins. Rows are kept forever.
CREATE TABLE IF NOT EXISTS {database}.rollups
(
    grain LowCardinality(String) COMMENT 'hour or day',
    feed LowCardinality(String) COMMENT 'Feed of the events',
    district LowCardinality(String) COMMENT 'Code of the district, see units.code',
    period DateTime('UTC') COMMENT 'Start of the hour, or of the day in the province''s time zone, UTC' CODEC(DoubleDelta, ZSTD(1)),
    first DateTime('UTC') COMMENT 'Start of the first minute that has a pane, UTC' CODEC(Delta, ZSTD(1)),
    last DateTime('UTC') COMMENT 'Start of the last such minute, UTC' CODEC(Delta, ZSTD(1)),
    version UInt128 COMMENT 'Sum of the versions of its panes; the greatest wins' CODEC(ZSTD(1)),
    counts Map(LowCardinality(String), Int64) COMMENT 'Counts and fixed-point sums by part name; merge by adding' CODEC(ZSTD(1)),
    histograms Map(LowCardinality(String), Map(Int32, Int64)) COMMENT 'Histograms by part name: bin number to count; merge by adding each bin' CODEC(ZSTD(1)),
    sets Map(LowCardinality(String), Array(String)) COMMENT 'Sets of distinct values by part name; merge by union' CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYear(period)
ORDER BY (grain, feed, district, period)
COMMENT 'Mergeable parts of each hour and day of a district that has panes; read with FINAL. For figures read the view figures';

-- The last figure of each gauge by hour and day. A figure at the full hour belongs to the hour that ends.
CREATE TABLE IF NOT EXISTS {database}.gauge_rollups
(
    grain LowCardinality(String) COMMENT 'hour or day',
    indicator LowCardinality(String) COMMENT 'Id of the indicator, see indicator_catalog.id',
    district LowCardinality(String) COMMENT 'Code of the district or the province, see units.code',
    period DateTime('UTC') COMMENT 'Start of the hour, or of the day in the province''s time zone, UTC' CODEC(DoubleDelta, ZSTD(1)),
    as_of DateTime64(3, 'UTC') COMMENT 'Event time of the figure (the watermark), UTC' CODEC(Delta, ZSTD(1)),
    value Nullable(Float64) COMMENT 'The figure, in the measurement of the catalog (shares 0-1); NULL: no data' CODEC(ZSTD(1)),
    numerator Nullable(Float64) COMMENT 'Numerator of a share or a mean; the count itself for a count' CODEC(ZSTD(1)),
    denominator Nullable(Float64) COMMENT 'Denominator of a share or a mean; number of values of a quantile' CODEC(ZSTD(1)),
    rank UInt256 COMMENT 'window_end, version and computed_at of the figure as one number; the greatest wins' CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(rank)
PARTITION BY toYear(period)
ORDER BY (grain, indicator, district, period)
COMMENT 'Last figure of each gauge in each hour and day; read with FINAL. For figures read the view figures';
