arrayStringConcat(arrayMap(
    one -> ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'][
        if(arrayMax(past.known.2) > arrayMin(past.known.2),
            1 + toUInt8(7 * (one - arrayMin(past.known.2)) / (arrayMax(past.known.2) - arrayMin(past.known.2))),
            4)],
    arrayReverse(past.known.2)))
