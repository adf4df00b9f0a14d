"""Panels of the press, by outlet and by topic."""

from grafana_foundation_sdk.models.dashboard import Panel

from contracts.feed import Feed
from dashboards.boards.fields import Column
from dashboards.boards.layout import Layout
from dashboards.boards.look import COUNT, SHARE, TEXT, Look
from dashboards.boards.panels import Head, Spot, table
from dashboards.boards.statements import name, sql

FEED = "press"
SCORE = Look(decimals=2)


def panels(feed: Feed, layout: Layout) -> list[Panel]:
    """Tables of outlets and of topics."""
    left, right = layout.line(11, 12, 12)
    return [
        _mentions(feed, "outlet", "Báo, trang", left),
        _mentions(feed, "topic", "Chủ đề", right),
    ]


def _mentions(feed: Feed, field: str, title: str, spot: Spot) -> Panel:
    head = Head(
        f"mentions-{field}",
        f"Theo {title[0].lower()}{title[1:]}",
        "Tin bài trong khoảng thời gian, nhiều tin tiêu cực nhất ở trên. Sắc thái từ -1 đến 1.",
        spot,
    )
    columns = [
        Column(title, TEXT, width=220),
        *(Column(each, COUNT) for each in ("Tin bài", "Tiêu cực", "Lượt tiếp cận")),
        Column("Tỷ lệ tiêu cực", SHARE),
        Column("Sắc thái", SCORE),
    ]
    return table(head, sql("mentions", feed=feed.name, what=field, title=name(title)), columns)
