-- Runs once: adds figures of roll-ups that existed before the view, creates the view, and adds those made meanwhile.
INSERT INTO {database}.period_figures (grain, indicator, period, unit, numerator, denominator, value, as_of, version)
{rows};
CREATE MATERIALIZED VIEW {database}.gauge_figures_feed TO {database}.period_figures
(
    grain LowCardinality(String) COMMENT 'hour, day, week, month, quarter or year of the local calendar',
    indicator LowCardinality(String) COMMENT 'Id of the indicator, see indicator_catalog.id',
    period DateTime('UTC') COMMENT 'Start of the period, UTC',
    unit LowCardinality(String) COMMENT 'Code of the district or the province, see units.code',
    numerator Nullable(Float64) COMMENT 'Numerator of a share or a mean; the count itself for a count',
    denominator Nullable(Float64) COMMENT 'Denominator of a share or a mean; number of values of a quantile',
    value Nullable(Float64) COMMENT 'The figure, in the measurement of the catalog (shares 0-1); NULL: no data',
    as_of Nullable(DateTime64(3, 'UTC')) COMMENT 'Event time of the state, UTC',
    version UInt256 COMMENT 'Rank of the state; the greatest wins'
)
AS {rows}
COMMENT 'Fills period_figures with every state that is inserted into gauge_rollups';
INSERT INTO {database}.period_figures (grain, indicator, period, unit, numerator, denominator, value, as_of, version)
{rows}
