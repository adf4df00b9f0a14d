multiIf(
    decimals = 0, toDecimalString(assumeNotNull(value) * if(measurement = 'share', 100, 1), 0),
    decimals = 1, toDecimalString(assumeNotNull(value) * if(measurement = 'share', 100, 1), 1),
    toDecimalString(assumeNotNull(value) * if(measurement = 'share', 100, 1), 2))
