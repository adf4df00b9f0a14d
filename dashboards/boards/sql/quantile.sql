if(arraySum(mapValues({bins})) > 0,
    arrayElement(arrayMap(
        (bin, amount, upto) -> (bin + if(amount = 0, 0, ({q} * arraySum(mapValues({bins})) - upto + amount) / amount)) * {width},
        mapKeys({bins}), mapValues({bins}), arrayCumSum(mapValues({bins}))),
        arrayFirstIndex(upto -> upto >= {q} * arraySum(mapValues({bins})), arrayCumSum(mapValues({bins})))),
    NULL)
