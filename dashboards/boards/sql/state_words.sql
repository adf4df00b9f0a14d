multiIf(whole.state IS NULL, '–', whole.state = 2, 'Xấu', whole.state = 1, 'Cảnh báo', 'Tốt')
