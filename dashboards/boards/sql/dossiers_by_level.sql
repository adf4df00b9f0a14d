-- Dossiers of the province's agencies and of the offices below, merged from panes or their roll-ups. In process is
-- what was received and has no result yet.
SELECT told.1 AS figure, told.2 AS total, told.3 AS province, total - province AS below
FROM
(
    SELECT sumMap(counts) AS parts
    FROM {held}
    HAVING count() > 0
)
ARRAY JOIN [
    ('received', parts['received'], parts['received_at_province']),
    ('resolved', parts['resolved'], parts['resolved_at_province']),
    ('in_process', parts['received'] - parts['resolved'], parts['received_at_province'] - parts['resolved_at_province']),
    ('received_online', parts['received_online'], parts['received_online_at_province']),
    ('paid_online', parts['paid_online'], parts['paid_online_at_province'])
] AS told
