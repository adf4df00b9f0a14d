-- What the province tells as a whole stands beside the chosen districts.
SELECT code, name_vi FROM units
WHERE code IN (${district:singlequote})
    AND (kind != 'province' OR has([{tell_of_province}], splitByChar('.', ${indicator:singlequote})[1]))
