replaceOne(
    concat(
        trim(LEADING '.' FROM reverse(replaceRegexpAll(
            reverse(splitByChar('.', {digits})[1]), '([0-9]{3})', '\\1.'))),
        if(decimals > 0, concat(',', splitByChar('.', {digits})[2]), ''),
        {unit_words}),
    '-.', '-')
