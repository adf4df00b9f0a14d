-- The systems of one platform by name, beside what the publication says of them.
SELECT name AS "Hệ thống",
    transform(state, ['connected', 'trial', 'down'], ['Chính thức', 'Thử nghiệm', 'Mất kết nối'], 'Không có dữ liệu') AS "Kết nối"
FROM
(
    {connections}
)
WHERE platform = {platform}
ORDER BY state = 'trial', name
