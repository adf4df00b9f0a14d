multiIf(
    bad > 0, concat('Xấu: ', bad_titles),
    warn > 0, concat('Cảnh báo: ', warn_titles),
    good > 0, 'Tốt',
    'Không có dữ liệu')
