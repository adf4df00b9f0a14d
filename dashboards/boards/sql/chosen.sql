SELECT code, name_vi FROM units
WHERE code IN (${district:singlequote}) AND kind != 'province'
ORDER BY population DESC, code
LIMIT 12
