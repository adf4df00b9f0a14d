-- What the province tells as a whole stands beside the chosen units that tell it too.
SELECT code, name_vi FROM units
WHERE code IN (${district:singlequote})
    AND (kind = 'province' OR code IN (
        SELECT district FROM indicator_latest WHERE indicator = {indicator} AND value IS NOT NULL))
