arrayStringConcat(arrayMap(
    ago -> if(mapContains(by_hour, toUInt8(ago)),
        ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'][
            if(arrayMax(mapValues(by_hour)) > arrayMin(mapValues(by_hour)),
                1 + toUInt8(7 * (by_hour[toUInt8(ago)] - arrayMin(mapValues(by_hour)))
                    / (arrayMax(mapValues(by_hour)) - arrayMin(mapValues(by_hour)))),
                4)],
        if(empty(by_hour), '', '┈')),
    range(23, -1, -1)))
