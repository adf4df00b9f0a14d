"""Panels of traffic, by road and by camera."""

from grafana_foundation_sdk.models.dashboard import Panel

from contracts.feed import Feed
from contracts.indicators.gauges import Presence
from contracts.indicators.indicator import Measurement
from dashboards.boards.fields import Column
from dashboards.boards.layout import Layout
from dashboards.boards.look import COUNT, MOMENT, STANDING, TEXT, UNITS, Look
from dashboards.boards.panels import Head, table
from dashboards.boards.statements import sql

FEED = "traffic"
SPEED = Look(unit=UNITS[Measurement.KMH], decimals=1)


def panels(feed: Feed, layout: Layout) -> list[Panel]:
    """Tables of roads and of cameras."""
    left, right = layout.line(11, 12, 12)
    roads = Head(
        "roads",
        "Theo tuyến đường (200 tuyến, nhiều vi phạm nhất trước)",
        "Lượt xe, tốc độ mà 85 % xe không vượt quá, nghi vấn và kết quả xem xét trong ngày cuối "
        "của khoảng thời gian. Chỉ vi phạm đã có người xác nhận mới là vi phạm.",
        left,
    )
    cameras = Head(
        "cameras",
        "Theo camera",
        "Camera đã biết, mất tín hiệu lâu nhất ở trên; trong ngày cuối của khoảng thời gian.",
        right,
    )
    (presence,) = (gauge for gauge in feed.gauges if isinstance(gauge, Presence))
    return [
        table(
            roads,
            sql("roads", feed=feed.name),
            [
                Column("Tuyến đường", TEXT, width=200),
                Column("Tốc độ (p85)", SPEED),
                *(Column(each, COUNT) for each in ("Lượt xe", "Nghi vấn", "Xác nhận", "Loại bỏ")),
            ],
        ),
        table(
            cameras,
            sql("cameras", feed=feed.name, limit_s=presence.limit_s),
            [
                Column("Tình trạng", STANDING, width=150),
                Column("Tín hiệu cuối", MOMENT, width=180),
                Column("Lượt xe", COUNT),
            ],
        ),
    ]
