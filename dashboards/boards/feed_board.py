"""A feed's dashboard, derived from its contract; ``feeds/`` adds panels of single feeds."""

from grafana_foundation_sdk.models.dashboard import Panel, RowPanel

from contracts.feed import Feed
from contracts.indicators.measures import Histogram
from dashboards.boards.annotations import annotations
from dashboards.boards.archive import agencies, agency_gauges, latest
from dashboards.boards.board import Board
from dashboards.boards.current import current
from dashboards.boards.feeds import SPECIAL
from dashboards.boards.freshness import freshness
from dashboards.boards.layout import WIDTH, Layout
from dashboards.boards.panels import row
from dashboards.boards.places import feed_place
from dashboards.boards.shapes import distribution, is_slow, rhythm
from dashboards.boards.variables import district, horizon, period, shown
from dashboards.boards.views import compared, ranking, state_history, trend

BAND, CHART, TABLE = 5, 9, 11
THIRD = WIDTH // 3


def feed_board(feed: Feed) -> Board:
    """The dashboard of a feed."""
    layout = Layout()
    place = feed_place(feed)
    panels: list[Panel | RowPanel] = [
        *_top(feed, layout),
        *_headline(feed, layout),
        *_shapes(feed, layout),
        *SPECIAL.get(feed.name, _nothing)(feed, layout),
        *_archive(feed, layout),
        *_others(feed, layout),
    ]
    return Board(
        place=place,
        description=f"{feed.title}: số liệu theo địa phương, theo thời gian, đến từng sự kiện.",
        panels=panels,
        variables=[district(), shown(), period(), horizon(feed.headline_horizon_s)],
        annotations=annotations(),
        since="now-90d" if is_slow(feed) else "now-24h",
    )


def _nothing(_feed: Feed, _layout: Layout) -> list[Panel]:
    """The panels of a feed without a module of its own: none."""
    return []


def _top(feed: Feed, layout: Layout) -> list[Panel]:
    figures, fresh = layout.line(BAND, WIDTH - 4, 4)
    return [current(feed, figures), freshness(feed, fresh)]


def _headline(feed: Feed, layout: Layout) -> list[Panel]:
    first, *rest = feed.headline_indicators
    over_time, side_by_side = layout.line(CHART, WIDTH - THIRD, THIRD)
    panels = [trend(feed, first, over_time), compared(feed, first, side_by_side)]
    judged = [each for each in feed.headline_indicators if each.threshold is not None]
    (ranked,) = layout.line(CHART, WIDTH)
    panels.append(ranking(feed, first, ranked))
    for indicator in judged:
        (history,) = layout.line(CHART, WIDTH)
        panels.append(state_history(feed, indicator, history))
    for indicator in rest:
        over_time, side_by_side = layout.line(CHART, WIDTH - THIRD, THIRD)
        panels += [trend(feed, indicator, over_time), compared(feed, indicator, side_by_side)]
    return panels


def _shapes(feed: Feed, layout: Layout) -> list[Panel]:
    """The distribution of values; for a feed without a histogram, the hours of its events."""
    parts = dict.fromkeys(each.part for each in feed.measures if isinstance(each, Histogram))
    panels = [distribution(feed, part, *layout.line(CHART, WIDTH)) for part in parts]
    return panels or rhythm(feed, layout)


def _archive(feed: Feed, layout: Layout) -> list[Panel]:
    panels = [agencies(feed, gauge, *layout.line(TABLE, WIDTH)) for gauge in agency_gauges(feed)]
    return [*panels, latest(feed, *layout.line(TABLE, WIDTH))]


def _others(feed: Feed, layout: Layout) -> list[RowPanel]:
    """The indicators outside the headline, in a collapsed row."""
    rest = [each for each in feed.indicators if each.name not in feed.headline]
    if not rest:
        return []
    (head,) = layout.line(1, WIDTH)
    panels: list[Panel] = []
    for index in range(0, len(rest), 3):
        spots = layout.line(CHART, THIRD, THIRD, THIRD)
        panels += [
            trend(feed, indicator, spot)
            for indicator, spot in zip(rest[index : index + 3], spots, strict=False)
        ]
    return [row("others", "Các chỉ tiêu khác", panels, head)]
