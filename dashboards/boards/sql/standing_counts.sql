multiIf(
    bad > 0, concat('Xấu: ', toString(bad), if(warn > 0, concat(' · cảnh báo: ', toString(warn)), '')),
    warn > 0, concat('Cảnh báo: ', toString(warn)),
    good > 0, 'Tốt',
    'Không có dữ liệu')
