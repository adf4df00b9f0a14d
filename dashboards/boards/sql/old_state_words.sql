multiIf(past.known[1].4 = 2, 'Xấu', past.known[1].4 = 1, 'Cảnh báo', 'Tốt')
