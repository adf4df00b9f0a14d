concat(['T2', 'T3', 'T4', 'T5', 'T6', 'T7', 'CN'][toDayOfWeek(past.known[1].1)], ' ', formatDateTime(past.known[1].1, '%d/%m'))
