-- The units that events name: code, then name; the province, which has events of its own, comes first.
SELECT code, if(kind = 'province', concat(name_vi, ' (cấp tỉnh)'), name_vi) AS text
FROM units
ORDER BY kind != 'province', text
