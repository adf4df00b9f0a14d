-- Each published number beside the one that comes out of the events, for the whole province and for the two levels.
WITH counted AS
(
    {counted}
)
SELECT said.2 AS "Hồ sơ",
    said.3 AS "Toàn tỉnh: công bố", if(counted.figure = '', NULL, counted.total) AS "Toàn tỉnh: tính được",
    said.4 AS "Cấp tỉnh: công bố", if(counted.figure = '', NULL, counted.province) AS "Cấp tỉnh: tính được",
    said.5 AS "Huyện, xã: công bố", if(counted.figure = '', NULL, counted.below) AS "Huyện, xã: tính được",
    multiIf(
        counted.figure = '', 'Không có dữ liệu',
        (counted.province, counted.below) != (said.4, said.5), 'Lệch số công bố',
        counted.total != said.3, said.6,
        'Khớp') AS "Đối chiếu"
FROM
(
    SELECT arrayJoin([
        {said}
    ]) AS said
) AS published
LEFT JOIN counted ON counted.figure = said.1
ORDER BY said.7
