CREATE TABLE IF NOT EXISTS {database}.units
(
    code LowCardinality(String) COMMENT 'Code, as in the field district of events',
    slug String COMMENT 'Short ASCII name',
    name_vi String COMMENT 'Name in Vietnamese',
    kind LowCardinality(String) COMMENT 'province, city, district, commune or ward',
    parent LowCardinality(String) COMMENT 'Code of the unit above; empty for the province',
    population UInt32 COMMENT 'Inhabitants',
    area_km2 Float64 COMMENT 'Area, km²',
    lat Float64 COMMENT 'Latitude of its seat, degrees north (WGS 84)',
    lon Float64 COMMENT 'Longitude of its seat, degrees east (WGS 84)',
    valid_from Date32 COMMENT 'First day of its existence',
    valid_to Date32 COMMENT 'Last day of its existence'
)
ENGINE = MergeTree ORDER BY code
COMMENT 'The province and its districts, from the file of units';

CREATE TABLE IF NOT EXISTS {database}.agencies
(
    slug LowCardinality(String) COMMENT 'Short ASCII name, as in the field agency of events',
    name_vi String COMMENT 'Name in Vietnamese',
    kind LowCardinality(String) COMMENT 'Level or kind of agency'
)
ENGINE = MergeTree ORDER BY slug
COMMENT 'Provincial agencies, from the file of agencies';

CREATE TABLE IF NOT EXISTS {database}.cameras
(
    camera_id String COMMENT 'Id, as in the field camera_id of events',
    district LowCardinality(String) COMMENT 'Code of the district, see units.code',
    road String COMMENT 'Road that it watches',
    setting LowCardinality(String) COMMENT 'main, town or local road',
    limit_kmh UInt8 COMMENT 'Speed limit there, km/h',
    lat Float64 COMMENT 'Latitude, degrees north (WGS 84)',
    lon Float64 COMMENT 'Longitude, degrees east (WGS 84)'
)
ENGINE = MergeTree ORDER BY camera_id
COMMENT 'Known traffic cameras, from the file of cameras';

CREATE TABLE IF NOT EXISTS {database}.feeds
(
    name LowCardinality(String) COMMENT 'Name of the feed, first part of its indicators'' ids',
    title String COMMENT 'Title in Vietnamese',
    stale_s UInt32 COMMENT 'Age in seconds from which its figures count as stale'
)
ENGINE = MergeTree ORDER BY name
COMMENT 'All feeds';

CREATE TABLE IF NOT EXISTS {database}.indicator_catalog
(
    id LowCardinality(String) COMMENT 'Id, <feed>.<name>, as in indicators.indicator',
    feed LowCardinality(String) COMMENT 'Feed from which it is computed',
    title String COMMENT 'Title in Vietnamese',
    definition String COMMENT 'Definition and source, in Vietnamese',
    measurement LowCardinality(String) COMMENT 'Unit of measure of its values, count, share (0-1), change (a share that may be below 0), 1/h, km/h, h, d, min, ms, score, tỷ đồng, triệu USD',
    better LowCardinality(String) COMMENT 'Which way is better: higher, lower or neither',
    good Nullable(Float64) COMMENT 'Good from here on (or up to here, if lower is better); NULL: no threshold',
    warn Nullable(Float64) COMMENT 'A warning from here on (or up to here), bad beyond; NULL: no threshold',
    decimals UInt8 COMMENT 'Decimals to show (of a percentage, for a share)',
    is_gauge Bool COMMENT 'Whether it describes an instant instead of a window',
    horizons Array(UInt32) COMMENT 'Seconds that it looks back; 0: an instant',
    stale_s UInt32 COMMENT 'Age in seconds from which the feed''s figures count as stale'
)
ENGINE = MergeTree ORDER BY id
COMMENT 'All indicators with their definitions, thresholds and forms of display';
