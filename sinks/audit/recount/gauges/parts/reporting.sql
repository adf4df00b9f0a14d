-- Who is expected to report, and by the local day (since 1970) of their last report, who did.
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
