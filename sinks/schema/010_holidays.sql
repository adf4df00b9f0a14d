CREATE TABLE IF NOT EXISTS {database}.holidays
(
    day Date32 COMMENT 'Day off, in the local calendar',
    name_vi String COMMENT 'Name of the holiday in Vietnamese',
    in_lieu Bool COMMENT 'Whether it replaces a holiday that falls on a weekend'
)
ENGINE = MergeTree ORDER BY day
COMMENT 'Public holidays and days off in lieu of them; lunar holidays of the years for which they are known';
