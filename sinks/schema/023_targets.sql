CREATE TABLE IF NOT EXISTS {database}.targets
(
    indicator LowCardinality(String) COMMENT 'Id of the indicator, see indicator_catalog.id',
    unit LowCardinality(String) COMMENT 'Code of the district or the province, see units.code',
    period LowCardinality(String) COMMENT 'month, quarter or year',
    value Float64 COMMENT 'Planned value of the period, in the measurement of the catalog (shares 0-1)',
    source String COMMENT 'Decision or document that states it',
    valid_from Date32 COMMENT 'First day on which it is valid',
    valid_to Date32 COMMENT 'Last day on which it is valid'
)
ENGINE = MergeTree ORDER BY (indicator, unit, period, valid_from)
COMMENT 'Plans, from the file of targets';
ALTER TABLE {database}.feeds
    ADD COLUMN IF NOT EXISTS in_office_hours Bool COMMENT 'Whether it reports in certain hours only, so that its days are working days';
