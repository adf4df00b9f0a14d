"""How fresh feeds are: a figure that is on every screen."""

from grafana_foundation_sdk.models.dashboard import Panel

from contracts.feed import Feed
from dashboards.boards.fields import Column
from dashboards.boards.look import FRESHNESS, TEXT
from dashboards.boards.panels import Head, Spot, stat, table
from dashboards.boards.statements import name, sql, text

TITLE = "Độ mới của số liệu"


def freshness(feed: Feed, spot: Spot) -> Panel:
    """How old the newest event of a feed is, in colour and words."""
    told = f"anyIf(told, feed = {text(feed.name)}) AS {name(feed.label)}"
    described = f"Tuổi của sự kiện mới nhất. Cũ khi quá {feed.stale_s} giây."
    head = Head("freshness", TITLE, described, spot)
    columns = [Column(feed.label, FRESHNESS)]
    return stat(head, sql("freshness", columns=told), columns, is_vertical=True)


def freshness_of_all(spot: Spot) -> Panel:
    """The same of every feed, a row each, the oldest by its own limit first."""
    head = Head("freshness", TITLE, "Tuổi của sự kiện mới nhất của từng nguồn.", spot)
    columns = [Column("Nguồn", TEXT), Column("Độ mới", FRESHNESS, width=150)]
    return table(head, sql("freshness_of_all"), columns)
