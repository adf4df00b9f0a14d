arrayStringConcat(arrayFilter(said -> said != '', arrayMap(
    (word, was) -> if(was IS NULL OR whole.value IS NULL, '', concat(word,
        multiIf(whole.value > was, ' ▲ ', whole.value < was, ' ▼ ', ' = '),
        if(past.measurement IN ('share', 'change', 'score'),
            concat(replaceOne(toDecimalString(abs(whole.value - was) * if(past.measurement = 'score', 1, 100), 1), '.', ','), if(past.measurement = 'score', '', ' điểm %')),
            concat(replaceOne(toDecimalString(if(was = 0, 0, 100 * abs(whole.value / was - 1)), 1), '.', ','), ' %')))),
    ['kỳ trước', 'năm trước'], [against.before_value, against.year_value])), ' · ')
