multiIf(
    age_s < 120, concat(toString(age_s), ' giây'),
    age_s < 7200, concat(toString(intDiv(age_s, 60)), ' phút'),
    age_s < 172800, concat(toString(intDiv(age_s, 3600)), ' giờ'),
    concat(toString(intDiv(age_s, 86400)), ' ngày'))
