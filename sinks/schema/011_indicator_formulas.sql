-- How to compute a figure over any period from merged panes, with the parts named here:
-- count: numerator. rate: numerator / hours. ratio: numerator / scale / denominator, no data if the
-- denominator is 0. quantile: of the histogram, linear within a bin. distinct: size of the union.
CREATE TABLE IF NOT EXISTS {database}.indicator_formulas
(
    id LowCardinality(String) COMMENT 'Id of the indicator, see indicator_catalog.id',
    formula LowCardinality(String) COMMENT 'count, rate, ratio, quantile, distinct, or state where it does not follow from panes: see the table indicators',
    numerator String COMMENT 'Part in panes.counts of a count, rate or ratio; empty otherwise',
    denominator String COMMENT 'Part in panes.counts below the line of a ratio; empty otherwise',
    scale Float64 COMMENT 'What the numerator of a ratio is divided by besides',
    part String COMMENT 'Part in panes.histograms of a quantile, in panes.sets of a distinct; empty otherwise',
    quantile Float64 COMMENT 'Which quantile, 0-1; 0 where it is none',
    width Float64 COMMENT 'Width of a bin of its histogram, in the measurement of the catalog; 0 where it is none'
)
ENGINE = MergeTree ORDER BY id
COMMENT 'Which parts of panes each indicator is made of';
