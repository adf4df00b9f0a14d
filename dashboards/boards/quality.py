"""The dashboard that tells whether data is complete, correct and on time."""

from grafana_foundation_sdk.models.dashboard import Panel, VariableModel

from contracts.messages import Reason
from dashboards.boards.annotations import annotations
from dashboards.boards.board import Board
from dashboards.boards.fields import Column
from dashboards.boards.freshness import freshness_of_all
from dashboards.boards.layout import WIDTH, Layout
from dashboards.boards.look import (
    COUNT,
    FRESHNESS,
    GIGABYTES,
    MOMENT,
    ROOM,
    SECONDS,
    SHARE,
    STANDING,
    TEXT,
)
from dashboards.boards.panels import Head, Spot, series, table
from dashboards.boards.places import QUALITY
from dashboards.boards.statements import sql
from dashboards.boards.variables import several

HALF = WIDTH // 2
REASONS = {
    Reason.MALFORMED: "sai định dạng",
    Reason.TOO_LARGE: "quá lớn",
    Reason.UNKNOWN_UNIT: "địa phương lạ",
    Reason.TOO_LATE: "quá muộn",
    Reason.TOO_FAR_AHEAD: "quá sớm",
    Reason.WRONG_PARTITION: "sai phân vùng",
    Reason.DUPLICATE: "trùng lặp",
    Reason.UNPROCESSABLE: "không xử lý được",
}
"""The words of the screen for each reason."""


def quality() -> Board:
    """The dashboard about the data of all feeds."""
    layout = Layout()
    fresh, of_feeds = layout.line(9, 4, WIDTH - 4)
    return Board(
        place=QUALITY,
        description="Số liệu có đủ, đúng và kịp thời không.",
        panels=[
            freshness_of_all(fresh),
            _feeds(of_feeds),
            _audits(*layout.line(9, WIDTH)),
            *_rejects(layout),
            _samples(*layout.line(10, WIDTH)),
            _faults(*layout.line(8, WIDTH)),
            _partitions(*layout.line(11, WIDTH)),
            _laggards(*layout.line(5, WIDTH)),
            _disks(*layout.line(5, WIDTH)),
        ],
        variables=[_feed()],
        annotations=annotations(),
    )


def _feed() -> VariableModel:
    return several("feed", "Nguồn", "Nguồn số liệu được chọn", sql("feeds"))


def _counts(*titles: str) -> list[Column]:
    return [Column(title, COUNT) for title in titles]


def _feeds(spot: Spot) -> Panel:
    head = Head(
        "feeds",
        "Theo nguồn",
        "Tuổi của sự kiện mới nhất so với giới hạn của nguồn; mốc nước: thời điểm mà số liệu coi "
        "là đủ đến đó; số sự kiện từ khi có log.",
        spot,
    )
    columns = [
        Column("Nguồn", TEXT, width=260),
        Column("Độ mới", FRESHNESS),
        *(Column(title, SECONDS) for title in ("Tuổi", "Giới hạn", "Độ trễ mốc nước")),
        *_counts("Nhận", "Từ chối", "Trùng lặp", "Đến muộn"),
        Column("Tỷ lệ từ chối", SHARE),
    ]
    return table(head, sql("quality_feeds"), columns)


def _audits(spot: Spot) -> Panel:
    head = Head(
        "audits",
        "Kiểm tra gần nhất",
        "Đã phát = lưu trữ + từ chối + trùng lặp, và số liệu từng phút so với tính lại từ kho sự "
        "kiện; số liệu giờ và ngày so với các phút. Thiếu, chưa lưu, hai lần, sai: sai lệch.",
        spot,
    )
    columns = [
        Column("Nguồn", TEXT, width=220),
        Column("Kết quả", STANDING, width=170),
        Column("Tuổi", SECONDS),
        *_counts("Đã phát", "Lưu trữ", "Từ chối", "Trùng lặp", "Thiếu", "Chưa lưu", "Hai lần"),
        *_counts("Phút đã kiểm", "Phút sai", "Phút đã sửa", "Giờ, ngày đã kiểm", "Giờ, ngày sai"),
    ]
    return table(head, sql("audits"), columns)


def _rejects(layout: Layout) -> list[Panel]:
    left, right = layout.line(10, HALF, HALF)
    over_time = Head(
        "rejects-trend",
        "Sự kiện bị từ chối theo lý do",
        f"Theo lúc bị từ chối. Lý do: {', '.join(REASONS.values())}.",
        left,
    )
    reasons = Head(
        "rejects-reasons", "Lý do từ chối", "Trong khoảng thời gian, nhiều nhất ở trên.", right
    )
    columns = [*_counts("Sự kiện"), Column("Lần cuối", MOMENT, width=180)]
    return [
        series(over_time, sql("rejects_trend"), COUNT, is_stacked=True),
        table(reasons, sql("rejects_reasons"), columns),
    ]


def _samples(spot: Spot) -> Panel:
    head = Head(
        "rejects-samples",
        "100 sự kiện bị từ chối gần nhất",
        "Mẫu, với phần đầu của nội dung. Sau khi sửa có thể gửi lại: ioc rejects replay.",
        spot,
    )
    columns = [
        Column("Lúc", MOMENT, width=180),
        Column("Chi tiết", TEXT, width=380),
        Column("Nội dung", TEXT, width=560),
        *_counts("Phân vùng", "Vị trí"),
    ]
    return table(head, sql("rejects_samples"), columns)


def _faults(spot: Spot) -> Panel:
    head = Head(
        "faults",
        "Sai lệch đã tìm thấy (100 lần gần nhất)",
        "Các lần kiểm tra có sai lệch trong khoảng thời gian, bảng audit giữ tất cả; "
        "điều đã sửa vẫn còn ghi lại.",
        spot,
    )
    columns = [
        Column("Lúc", MOMENT, width=180),
        *_counts("Thiếu", "Chưa lưu", "Hai lần", "Phút sai", "Phút đã sửa", "Giờ, ngày sai"),
    ]
    return table(head, sql("audit_faults"), columns)


def _partitions(spot: Spot) -> Panel:
    head = Head(
        "partitions",
        "Tiến độ từng phân vùng",
        "Mỗi phân vùng đã xử lý đến đâu, chậm nhất ở trên.",
        spot,
    )
    columns = [
        *_counts("Phân vùng", "Thế hệ log"),
        Column("Độ trễ mốc nước", SECONDS),
        *(
            Column(title, MOMENT, width=180)
            for title in ("Sự kiện mới nhất", "Mốc nước", "Cập nhật")
        ),
        *_counts("Nhận", "Từ chối", "Trùng lặp", "Đến muộn"),
    ]
    return table(head, sql("partitions"), columns)


def _laggards(spot: Spot) -> Panel:
    head = Head(
        "laggards",
        "Phân vùng bị bỏ lại",
        "Chậm hơn các phân vùng khác của nguồn quá lâu: số liệu chung không chờ chúng nữa, số liệu "
        "của các đơn vị trong đó đã cũ.",
        spot,
    )
    columns = [
        *_counts("Phân vùng"),
        Column("Chậm hơn", SECONDS),
        Column("Mốc nước", MOMENT, width=180),
    ]
    return table(head, sql("laggards"), columns)


def _disks(spot: Spot) -> Panel:
    head = Head(
        "disks",
        "Dung lượng đĩa",
        "Chỗ trống trên đĩa của ClickHouse. Khi gần hết, bộ ghi chờ và số liệu dừng lại.",
        spot,
    )
    columns = [
        Column("Còn trống", ROOM),
        *(Column(title, GIGABYTES) for title in ("Còn trống (GB)", "Tổng (GB)")),
    ]
    return table(head, sql("disks"), columns)
