multiIf(
    decimals = 0, toDecimalString(assumeNotNull(value) * {percent}, 0),
    decimals = 1, toDecimalString(assumeNotNull(value) * {percent}, 1),
    toDecimalString(assumeNotNull(value) * {percent}, 2))
