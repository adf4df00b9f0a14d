if(whole.value IS NULL OR NOT mapContains(by_hour, toUInt8(24)), '',
    concat(
        multiIf(match({changed}, '^[0.]+$'), '= ', whole.value > by_hour[toUInt8(24)], '▲ ', '▼ '),
        replaceOne({changed}, '.', ','),
        if(whole.measurement IN ('share', 'change'), ' điểm %', '')))
