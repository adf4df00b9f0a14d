"""The freshness of feeds, which every screen shows."""

from grafana_foundation_sdk.models.dashboard import Panel

from contracts.feed import Feed
from dashboards.boards.fields import Column
from dashboards.boards.look import FRESHNESS, TEXT
from dashboards.boards.panels import Head, Spot, stat, table
from dashboards.boards.statements import name, sql, text

TITLE = "Độ mới của số liệu"


def freshness(feed: Feed, spot: Spot) -> Panel:
    """The age of a feed's newest event, in colour and words."""
    told = f"anyIf(told, feed = {text(feed.name)}) AS {name(feed.label)}"
    described = f"Tuổi của sự kiện mới nhất. Cũ khi quá {feed.stale_s} giây."
    head = Head("freshness", TITLE, described, spot)
    columns = [Column(feed.label, FRESHNESS)]
    return stat(head, sql("freshness", columns=told), columns, is_vertical=True)


def freshness_of_all(spot: Spot) -> Panel:
    """A table of the same for all feeds; the one oldest by its own limit comes first."""
    head = Head("freshness", TITLE, "Tuổi của sự kiện mới nhất của từng nguồn.", spot)
    columns = [Column("Nguồn", TEXT), Column("Độ mới", FRESHNESS, width=150)]
    return table(head, sql("freshness_of_all"), columns)
