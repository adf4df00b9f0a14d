-- Runs once: adds the figures emitted before the view existed, creates the view, and adds figures emitted meanwhile.
INSERT INTO {database}.gauge_rollups (grain, indicator, district, period, as_of, value, numerator, denominator, rank)
{rows};
CREATE MATERIALIZED VIEW {database}.gauge_rollups_feed TO {database}.gauge_rollups
(
    grain LowCardinality(String) COMMENT 'hour or day',
    indicator LowCardinality(String) COMMENT 'Id of the indicator, see indicator_catalog.id',
    district LowCardinality(String) COMMENT 'Code of the district or the province, see units.code',
    period DateTime('UTC') COMMENT 'Start of the hour, or of the day in the province''s time zone, UTC',
    as_of DateTime64(3, 'UTC') COMMENT 'Event time of the figure (the watermark), UTC',
    value Nullable(Float64) COMMENT 'The figure, in the measurement of the catalog (shares 0-1); NULL: no data',
    numerator Nullable(Float64) COMMENT 'Numerator of a share or a mean; the count itself for a count',
    denominator Nullable(Float64) COMMENT 'Denominator of a share or a mean; number of values of a quantile',
    rank UInt256 COMMENT 'window_end, version and computed_at of the figure as one number; the greatest wins'
)
AS {rows}
COMMENT 'Fills gauge_rollups with every figure of an instant that is inserted into indicators';
INSERT INTO {database}.gauge_rollups (grain, indicator, district, period, as_of, value, numerator, denominator, rank)
{rows} AND computed_at > now64(3) - INTERVAL 1 HOUR;
