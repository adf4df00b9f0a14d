"""Tables of a feed's archived events, by which figures can be traced."""

from typing import get_args

from grafana_foundation_sdk.models.dashboard import Panel
from pydantic.fields import FieldInfo

from contracts.events.event import Event, kind_of
from contracts.feed import Feed
from contracts.indicators.gauges import OpenItems
from dashboards.boards.fields import Column
from dashboards.boards.look import COUNT, MOMENT, SHARE, TEXT, dashed
from dashboards.boards.panels import Head, Spot, table
from dashboards.boards.statements import lines, name, sql, text

FAMILIAR = frozenset({*Event.model_fields, "kind", "feed"})
"""Fields that have a column of their own, or mean nothing to a viewer."""
AGENCY_COLUMNS = (
    Column("Cơ quan", TEXT, width=380),
    *(Column(title, COUNT) for title in ("Tiếp nhận", "Đã xong", "Trễ hạn")),
    Column("Đúng hạn", SHARE),
)
LATEST = 100
LOOK_BACK = 120
"""How far back the latest events are looked for, in multiples of the feed's ``stale_s``."""


def latest(feed: Feed, spot: Spot) -> Panel:
    """The latest events, with every field of their contract."""
    every = {name: field for model in feed.models for name, field in model.model_fields.items()}
    own = {name: field for name, field in every.items() if name not in FAMILIAR}
    span_s = LOOK_BACK * feed.stale_s
    statement = sql(
        "latest",
        feed=feed.name,
        span_s=span_s,
        most=LATEST,
        names=lines(own),
        fields=lines(f"{_shown(field, own[field])} AS {name(field)}" for field in own),
    )
    head = Head(
        "latest",
        f"{LATEST} sự kiện mới nhất",
        f"{LATEST} sự kiện cuối trong khoảng thời gian, không quá {span_s // 60} phút; sự kiện cũ "
        f"hơn: lùi khoảng thời gian, hoặc hỏi bảng events_{feed.name}.",
        spot,
    )
    columns = [
        Column("Lúc", MOMENT, width=180),
        Column("Địa phương", TEXT, width=180),
        *(Column(field, dashed(TEXT)) for field in own),
    ]
    return table(head, statement, columns)


def _shown(name: str, field: FieldInfo) -> str:
    """SQL that makes a field showable: Grafana does not show ClickHouse's Bool."""
    if bool in (field.annotation, *get_args(field.annotation)):
        return f"multiIf({name}, 'có', NOT {name}, 'không', NULL)"
    return name


def agency_gauges(feed: Feed) -> list[OpenItems]:
    """The gauges of open items of a feed; none unless all of its events name an agency."""
    if not all("agency" in model.model_fields for model in feed.models):
        return []
    return [gauge for gauge in feed.gauges if isinstance(gauge, OpenItems)]


def agency_branch(feed: Feed, gauge: OpenItems) -> str:
    """SQL: items received, finished and on time by agency, if ``chosen_feed`` is this feed."""
    finished = [
        kind_of(model)
        for model in feed.models
        if kind_of(model) in gauge.closes and gauge.due in model.model_fields
    ]
    return sql(
        "agency_branch",
        feed=feed.name,
        feed_text=text(feed.name),
        opens=", ".join(map(text, sorted(gauge.opens))),
        closes=", ".join(map(text, sorted(finished))),
        due=gauge.due,
    )


def agencies(feed: Feed, gauge: OpenItems, spot: Spot) -> Panel:
    """Items with a due time that each agency received and finished."""
    head = Head(
        "agencies",
        "Theo cơ quan",
        "Tiếp nhận, xử lý xong và đúng hạn của từng cơ quan trong khoảng thời gian. "
        f"Tính lại từ bảng events_{feed.name}.",
        spot,
    )
    statement = sql("agencies", chosen_feed=text(feed.name), branches=agency_branch(feed, gauge))
    return table(head, statement, AGENCY_COLUMNS)
