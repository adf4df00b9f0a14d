multiIf(
    whole.decimals = 0, toDecimalString(abs(whole.value - by_hour[toUInt8(24)]) * if(whole.measurement IN ('share', 'change'), 100, 1), 0),
    whole.decimals = 1, toDecimalString(abs(whole.value - by_hour[toUInt8(24)]) * if(whole.measurement IN ('share', 'change'), 100, 1), 1),
    toDecimalString(abs(whole.value - by_hour[toUInt8(24)]) * if(whole.measurement IN ('share', 'change'), 100, 1), 2))
