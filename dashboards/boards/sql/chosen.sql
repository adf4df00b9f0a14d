SELECT code, name_vi FROM units
WHERE code IN (${district:singlequote}) AND kind != 'province'
