-- A district's figure gets a row when it changes, the province's get one each minute. A district's last row is
-- therefore valid up to the province's newest window.
CREATE OR REPLACE VIEW {database}.indicator_latest
(
    indicator LowCardinality(String) COMMENT 'Id of the indicator, see indicator_catalog.id',
    district LowCardinality(String) COMMENT 'Code of the district or the province, see units.code',
    horizon_s UInt32 COMMENT 'Seconds that the figure looks back from window_end; 0: an instant',
    window_end DateTime('UTC') COMMENT 'End of the last minute that the figure covers, UTC',
    as_of DateTime64(3, 'UTC') COMMENT 'Event time of the figure (the watermark), UTC',
    value Nullable(Float64) COMMENT 'The figure, in the measurement of the catalog (shares 0-1); NULL: no data',
    numerator Nullable(Float64) COMMENT 'Numerator of a share or a mean; the count itself for a count',
    denominator Nullable(Float64) COMMENT 'Denominator of a share or a mean; number of values of a quantile',
    computed_at DateTime64(3, 'UTC') COMMENT 'When the worker last computed it, even if it did not change, UTC',
    version UInt64 COMMENT 'Position of the last included event in the log'
)
AS SELECT told.indicator AS indicator, told.district AS district, told.horizon_s AS horizon_s,
    if(known.window_end > told.window_end, known.window_end, told.window_end) AS window_end,
    if(known.window_end > told.window_end, known.as_of, told.as_of) AS as_of,
    told.value AS value, told.numerator AS numerator, told.denominator AS denominator,
    greatest(told.computed_at, known.computed_at) AS computed_at,
    greatest(told.version, known.version) AS version
FROM (SELECT * FROM {database}.indicator_current FINAL) AS told
LEFT JOIN
(
    SELECT indicator, horizon_s, window_end, as_of, computed_at, version
    FROM {database}.indicator_current FINAL
    WHERE district IN (SELECT code FROM {database}.units WHERE kind = 'province')
) AS known ON known.indicator = told.indicator AND known.horizon_s = told.horizon_s
COMMENT 'The newest figure of each indicator, district and horizon';
ALTER TABLE {database}.indicators
    MODIFY COMMENT 'Figures as they were shown, by the minute in which their window ends; a row is valid until the next. Read with FINAL; for figures of periods read the view figures';
