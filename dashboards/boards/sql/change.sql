-- Against the day before that has a figure: a Monday against Friday where nobody works at weekends. A count to
-- date is not set against a whole day.
if(empty(past.known) OR {before_it}.1 = toDate(0) OR '${period}' NOT IN ('24h', 'day')
        OR ('${period}' = 'day' AND past.measurement NOT IN ('share', 'change', 'score')), '',
    concat(
        multiIf(match({changed}, '^[0.]+$'), '= ', ifNull(whole.value, past.known[1].2) > {before_it}.2, '▲ ', '▼ '),
        replaceOne({changed}, '.', ','),
        if(past.measurement IN ('share', 'change'), ' điểm %', '')))
