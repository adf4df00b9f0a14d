"""How fresh feeds are: a figure that is on every screen."""

from collections.abc import Sequence

from grafana_foundation_sdk.models.dashboard import Panel

from contracts.feed import Feed
from dashboards.boards.fields import Column
from dashboards.boards.look import FRESHNESS
from dashboards.boards.panels import Head, Spot, stat
from dashboards.boards.statements import lines, name, sql, text


def freshness(feeds: Sequence[Feed], spot: Spot) -> Panel:
    """How old the newest event of each feed is, in colour and words."""
    told = lines(f"anyIf(told, feed = {text(feed.name)}) AS {name(feed.label)}" for feed in feeds)
    limits = ", ".join(f"{feed.label} {feed.stale_s} giây" for feed in feeds)
    described = f"Tuổi của sự kiện mới nhất. Cũ khi quá: {limits}."
    head = Head("freshness", "Độ mới của số liệu", described, spot)
    columns = [Column(feed.label, FRESHNESS) for feed in feeds]
    return stat(head, sql("freshness", columns=told), columns, is_vertical=True)
