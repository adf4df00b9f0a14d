-- The newest figures of the province; NULL where there is no data.
SELECT
    {columns}
FROM indicator_latest
WHERE district = (SELECT code FROM units WHERE kind = 'province')
    AND (indicator, horizon_s) IN (
        {wanted}
    )
