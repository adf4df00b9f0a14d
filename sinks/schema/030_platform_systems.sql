CREATE TABLE IF NOT EXISTS {database}.platform_systems
(
    system LowCardinality(String) COMMENT 'Token, as in the field system of events',
    platform LowCardinality(String) COMMENT 'lgsp (the province''s platform) or ndxp (the national one)',
    name_vi String COMMENT 'Name in Vietnamese',
    connection LowCardinality(String) COMMENT 'connected, or trial'
)
ENGINE = MergeTree ORDER BY system
COMMENT 'The systems on the platforms, from their file';
