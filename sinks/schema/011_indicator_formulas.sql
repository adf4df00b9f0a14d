-- How to compute a figure over any period from merged panes, with the parts that a row names:
-- count: numerator / scale. rate: numerator / hours. ratio: numerator / scale / denominator, no data if the
-- denominator is 0. quantile: of the histogram, linear within a bin. distinct: size of the union.
CREATE TABLE IF NOT EXISTS {database}.indicator_formulas
(
    id LowCardinality(String) COMMENT 'Id of the indicator, see indicator_catalog.id',
    formula LowCardinality(String) COMMENT 'count, rate, ratio, quantile, distinct; or state, which panes do not give: see the table indicators',
    numerator String COMMENT 'Part in panes.counts of a count, rate or ratio; empty otherwise',
    denominator String COMMENT 'Part in panes.counts that is the denominator of a ratio; empty otherwise',
    scale Float64 COMMENT 'Further divisor of the numerator of a count or ratio',
    part String COMMENT 'Part in panes.histograms of a quantile, in panes.sets of a distinct; empty otherwise',
    quantile Float64 COMMENT 'The quantile, 0-1; 0 for other formulas',
    width Float64 COMMENT 'Width of a bin of its histogram, in the measurement of the catalog; 0 for other formulas'
)
ENGINE = MergeTree ORDER BY id
COMMENT 'The formula of each indicator, with its parts of panes';
