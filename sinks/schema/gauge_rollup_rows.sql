SELECT arrayJoin(['hour', 'day']) AS grain, indicator, district,
    if(grain = 'hour', toStartOfHour(window_end - 1), toDateTime(toStartOfDay(window_end - 1, 'Asia/Ho_Chi_Minh'), 'UTC')) AS period,
    as_of, value, numerator, denominator,
    bitShiftLeft(toUInt256(toUnixTimestamp(window_end)), 128) + bitShiftLeft(toUInt256(version), 64)
        + toUInt256(toUnixTimestamp64Milli(computed_at)) AS rank
FROM {database}.indicators
WHERE horizon_s = 0
