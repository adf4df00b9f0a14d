"""Panels of the platforms, by system."""

from grafana_foundation_sdk.models.dashboard import Panel

from contracts.feed import Feed
from contracts.indicators.indicator import Measurement
from dashboards.boards.fields import Column
from dashboards.boards.layout import WIDTH, Layout
from dashboards.boards.look import COUNT, MOMENT, SHARE, TEXT, UNITS, Look
from dashboards.boards.panels import Head, table
from dashboards.boards.statements import sql

FEED = "platform"
LATENCY = Look(unit=UNITS[Measurement.MILLISECONDS], decimals=0)


def panels(feed: Feed, layout: Layout) -> list[Panel]:
    """A table of the systems."""
    (spot,) = layout.line(11, WIDTH)
    head = Head(
        "systems",
        "Theo hệ thống",
        "Mọi hệ thống trên LGSP và NDXP, lỗi nhiều nhất ở trên; trong ngày cuối của khoảng thời "
        "gian. Tính lại từ kho lưu trữ.",
        spot,
    )
    columns = [
        Column("Hệ thống", TEXT, width=380),
        Column("Nền tảng", TEXT, width=100),
        Column("Kết nối", TEXT, width=150),
        Column("Lượt gọi cuối", MOMENT, width=180),
        Column("Lượt gọi", COUNT),
        Column("Thành công", SHARE),
        Column("Trả lời (p95)", LATENCY),
    ]
    return [table(head, sql("systems", feed=feed.name), columns)]
