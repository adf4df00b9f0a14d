-- The number of expected reporters, and of reporters by the local day (since 1970) of their last report.
SELECT
    district,
    map('expected', transform(district, {counted}, {counts}, toInt64(0))) AS counts,
    map(
        'reported',
        sumMapIf(map(toInt64(toRelativeDayNum(toDate(fromUnixTimestamp64Milli(at_ms), 'Asia/Ho_Chi_Minh'))), toInt64(1)), item != '')
    ) AS histograms
FROM every
LEFT JOIN told USING (district)
GROUP BY district
