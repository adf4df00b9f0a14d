"""From figures to events: tables over a feed's archive."""

from grafana_foundation_sdk.models.dashboard import Panel

from contracts.event import Event, kind_of
from contracts.feed import Feed
from contracts.gauges import OpenItems
from dashboards.boards.fields import Column
from dashboards.boards.look import COUNT, MOMENT, SHARE, TEXT
from dashboards.boards.panels import Head, Spot, table
from dashboards.boards.statements import lines, name, sql, text

FAMILIAR = ("occurred_at", "kind", "feed")
"""Fields that have a column of their own, or say the same in every row."""
LOOK_BACK = 120
"""Ages at which the feed counts as stale that the latest events may lie back."""


def latest(feed: Feed, spot: Spot) -> Panel:
    """The latest events, with every field of their contract."""
    every = dict.fromkeys(field for model in feed.models for field in model.model_fields)
    own = [field for field in every if field not in {*Event.model_fields, *FAMILIAR}]
    span_s = LOOK_BACK * feed.stale_s
    fields = lines(f"{field} AS {name(field)}" for field in own)
    statement = sql("latest", feed=feed.name, span_s=span_s, fields=fields)
    head = Head(
        "latest",
        "Sự kiện mới nhất",
        f"100 sự kiện cuối trong khoảng thời gian, không quá {span_s // 60} phút. "
        f"Từ bảng events_{feed.name}.",
        spot,
    )
    columns = [Column("Lúc", MOMENT, width=180), Column("Địa phương", TEXT, width=180)]
    return table(head, statement, columns)


def agencies(feed: Feed, gauge: OpenItems, spot: Spot) -> Panel:
    """What each agency took in and finished, of items with a due time."""
    finished = [
        kind_of(model)
        for model in feed.models
        if kind_of(model) in gauge.closes and gauge.due in model.model_fields
    ]
    statement = sql(
        "agencies",
        feed=feed.name,
        opens=", ".join(map(text, sorted(gauge.opens))),
        closes=", ".join(map(text, sorted(finished))),
        due=gauge.due,
    )
    head = Head(
        "agencies",
        "Theo cơ quan",
        "Tiếp nhận, xử lý xong và đúng hạn của từng cơ quan trong khoảng thời gian. "
        f"Tính lại từ bảng events_{feed.name}.",
        spot,
    )
    columns = [
        Column("Cơ quan", TEXT, width=380),
        *(Column(title, COUNT) for title in ("Tiếp nhận", "Đã xong", "Trễ hạn")),
        Column("Đúng hạn", SHARE),
    ]
    return table(head, statement, columns)
