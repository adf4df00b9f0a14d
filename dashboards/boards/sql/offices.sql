-- Provincial agencies, and each district's own office, whose slug is that of the district after ubnd-.
SELECT toString(agencies.slug) AS slug, agencies.name_vi AS name_vi FROM agencies
UNION ALL
SELECT concat('ubnd-', units.slug) AS slug, concat('UBND ', units.name_vi) AS name_vi FROM units WHERE kind != 'province'
