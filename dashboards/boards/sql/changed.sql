multiIf(
    past.decimals = 0, toDecimalString(abs(ifNull(whole.value, past.known[1].2) - {before_it}.2) * if(past.measurement IN ('share', 'change'), 100, 1), 0),
    past.decimals = 1, toDecimalString(abs(ifNull(whole.value, past.known[1].2) - {before_it}.2) * if(past.measurement IN ('share', 'change'), 100, 1), 1),
    toDecimalString(abs(ifNull(whole.value, past.known[1].2) - {before_it}.2) * if(past.measurement IN ('share', 'change'), 100, 1), 2))
