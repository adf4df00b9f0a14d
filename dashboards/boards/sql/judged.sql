-- The chosen indicator over the whole time range: panes merged, gauges as they were last; worst first.
WITH
    {chosen_formula},
    chosen AS
    (
        {chosen}
    ),
    {pieces},
    figures AS
    (
        {merged_figures}
    ),
    catalog AS
    (
        SELECT better, good, warn, decimals, {percent} AS percent
        FROM indicator_catalog
        WHERE id = ${indicator:singlequote}
    ),
    both AS
    (
        SELECT district,
            anyIf(figures.value, slot = 1) AS value,
            anyIf(figures.numerator, slot = 1) AS numerator,
            anyIf(figures.denominator, slot = 1) AS denominator,
            anyIf(figures.value, slot = 0) AS value_before
        FROM figures
        GROUP BY district
    )
SELECT chosen.name_vi AS "Địa phương",
    round(value * percent, decimals) AS "Giá trị",
    {state} AS "Tình trạng",
    numerator AS "Tử số", denominator AS "Mẫu số",
    round(value_before * percent, decimals) AS "Kỳ trước",
    round((value - value_before) * percent, decimals) AS "Thay đổi",
    chosen.code AS code
FROM chosen
CROSS JOIN catalog
LEFT JOIN both ON both.district = chosen.code
ORDER BY value * if(better = 'higher', 1, -1) ASC NULLS LAST, "Địa phương"
