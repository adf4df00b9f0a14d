-- The districts: code, then name.
SELECT code, name_vi FROM units WHERE kind != 'province' ORDER BY name_vi
