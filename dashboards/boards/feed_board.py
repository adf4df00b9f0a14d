"""A feed's dashboard, from its contract alone."""

from collections.abc import Sequence

from grafana_foundation_sdk.models.dashboard import Panel

from contracts.feed import Feed
from contracts.indicators import INSTANT_S, Indicator
from dashboards.boards.board import Board
from dashboards.boards.fields import Column
from dashboards.boards.figures import worst_first
from dashboards.boards.look import indicator_look
from dashboards.boards.overview import freshness
from dashboards.boards.panels import Head, Spot, bars, series
from dashboards.boards.places import feed_place, links
from dashboards.boards.statements import name, sql, text
from dashboards.boards.variables import district, horizon

HORIZON = "${horizon}"


def feed_board(feed: Feed, feeds: Sequence[Feed]) -> Board:
    """The dashboard of one of these feeds."""
    panels: list[Panel] = []
    for index, indicator in enumerate(feed.headline_indicators):
        panels += indicator_panels(feed, indicator, 5 + 9 * index)
    return Board(
        place=feed_place(feed),
        description=f"{feed.title}: số liệu theo địa phương.",
        panels=[freshness([feed], Spot(20, 0, 4, 5)), *panels],
        variables=[district(), horizon(feed.headline_horizon_s)],
        links=links(feeds, feed_place(feed)),
        annotations=[],
    )


def asked(feed: Feed, indicator: Indicator) -> dict[str, object]:
    """What a statement about an indicator needs; gauges have no horizon to choose."""
    return {
        "indicator": text(feed.indicator_id(indicator)),
        "horizon": INSTANT_S if indicator.is_gauge else HORIZON,
        "title": name(indicator.title),
        "order": worst_first(indicator),
    }


def indicator_panels(feed: Feed, indicator: Indicator, y: int) -> list[Panel]:
    """An indicator over time, and its districts side by side."""
    look = indicator_look(indicator)
    values = asked(feed, indicator)
    trend = Head(
        f"trend-{indicator.name}",
        f"{indicator.title} theo thời gian",
        indicator.definition,
        Spot(0, y, 16, 9),
    )
    compared = Head(
        f"compared-{indicator.name}",
        f"{indicator.title} theo địa phương",
        indicator.definition,
        Spot(16, y, 8, 9),
    )
    return [
        series(trend, sql("trend", **values), look),
        bars(compared, sql("comparison", **values), Column(indicator.title, look)),
    ]
