-- The last audit of each feed, and whether it found a fault. Clocks that are set back leave audits of the future.
SELECT feeds.title AS "Nguồn",
    multiIf(
        done.audited_at IS NULL, 'Không có dữ liệu',
        done.missing + done.unarchived + done.double + done.panes_wrong + done.rollups_wrong > done.panes_repaired, 'Xấu: có sai lệch',
        dateDiff('second', done.audited_at, now()) > 3600, 'Cảnh báo: quá một giờ chưa kiểm tra',
        'Tốt') AS "Kết quả",
    dateDiff('second', done.audited_at, now()) AS "Tuổi",
    done.published AS "Đã phát", done.archived AS "Lưu trữ", done.rejected AS "Từ chối",
    done.duplicates AS "Trùng lặp", done.missing AS "Thiếu", done.unarchived AS "Chưa lưu", done.double AS "Hai lần",
    done.panes_checked AS "Phút đã kiểm", done.panes_wrong AS "Phút sai", done.panes_repaired AS "Phút đã sửa",
    done.rollups_checked AS "Giờ, ngày đã kiểm", done.rollups_wrong AS "Giờ, ngày sai",
    done.detail AS "Chi tiết"
FROM feeds
LEFT JOIN
(
    SELECT feed, toNullable(audited_at) AS audited_at, toNullable(published) AS published,
        toNullable(archived) AS archived, toNullable(rejected) AS rejected, toNullable(duplicates) AS duplicates,
        toNullable(missing) AS missing, toNullable(unarchived) AS unarchived, toNullable(double) AS double,
        toNullable(panes_checked) AS panes_checked, toNullable(panes_wrong) AS panes_wrong,
        toNullable(panes_repaired) AS panes_repaired,
        toNullable(rollups_checked) AS rollups_checked, toNullable(rollups_wrong) AS rollups_wrong, detail
    FROM audit
    WHERE audit.audited_at <= now()
    ORDER BY audit.audited_at DESC
    LIMIT 1 BY feed
) AS done ON done.feed = feeds.name
WHERE feeds.name IN (${feed:singlequote})
ORDER BY "Tuổi" DESC NULLS FIRST, "Nguồn"
