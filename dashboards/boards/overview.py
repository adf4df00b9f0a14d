"""The wall: which district is behind, what is red now, how fresh is each figure.

For a screen of 1920 × 1080 without scrolling.
"""

from collections.abc import Sequence

from grafana_foundation_sdk.models.dashboard import Panel

from contracts.feed import Feed
from dashboards.boards.board import Board
from dashboards.boards.fields import Column
from dashboards.boards.figures import Shown, headline, judged, picked, titled, wanted
from dashboards.boards.freshness import freshness
from dashboards.boards.look import STANDING, TEXT, indicator_look
from dashboards.boards.map import points
from dashboards.boards.panels import Head, Spot, stat, table
from dashboards.boards.places import DISTRICT_FIELD, WALL, feed_place
from dashboards.boards.statements import lines, name, sql, text

TOP = 14
BOTTOM = 10
WIDTH = 24
SCORES = 17
FRESH = 4


def overview(feeds: Sequence[Feed]) -> Board:
    """The wall over these feeds."""
    return Board(
        place=WALL,
        description="Toàn cảnh: địa phương xấu nhất ở trên cùng; số liệu mới đến đâu.",
        panels=[_scorecard(feeds), _map(feeds), *_province(feeds), _freshness(feeds)],
        variables=[],
        annotations=[],
        refresh="10s",
    )


def _cells(feeds: Sequence[Feed]) -> dict[str, str]:
    return {"key_indicators": titled(judged(feeds))}


def _scorecard(feeds: Sequence[Feed]) -> Panel:
    shown = judged(feeds)
    statement = sql(
        "scorecard",
        **_cells(feeds),
        columns=picked(shown),
        names=lines(f"figures.{name(each.title)} AS {name(each.title)}" for each in shown),
    )
    columns = [
        Column("Địa phương", TEXT, width=150),
        Column("Tình trạng", STANDING, width=300),
        *map(_score, shown),
        Column(DISTRICT_FIELD, TEXT, is_hidden=True),
    ]
    description = (
        "Mỗi hàng một địa phương, xấu nhất ở trên: xếp theo số chỉ tiêu xấu, rồi số cảnh báo. "
        "Ngưỡng theo danh mục chỉ tiêu; ô không màu là chỉ tiêu không có ngưỡng."
    )
    head = Head("scorecard", "Địa phương theo chỉ tiêu", description, Spot(0, 0, SCORES, TOP))
    return table(head, statement, columns, is_tall=True)


def _score(shown: Shown) -> Column:
    link = feed_place(shown.feed).of_district(shown.feed.title)
    return Column(shown.title, indicator_look(shown.indicator), link=link)


def _map(feeds: Sequence[Feed]) -> Panel:
    description = (
        "Trung tâm các địa phương: màu theo tình trạng xấu nhất của các chỉ tiêu, "
        "cỡ theo số chỉ tiêu xấu và cảnh báo."
    )
    head = Head("map", "Bản đồ", description, Spot(SCORES, 0, WIDTH - SCORES, TOP))
    return points(
        head,
        sql("map", **_cells(feeds)),
        [feed_place(feed).of_district(feed.title) for feed in feeds],
    )


def _province(feeds: Sequence[Feed]) -> list[Panel]:
    width = (WIDTH - FRESH) // len(feeds)
    return [
        _of_feed(feed, Spot(width * index, TOP, width, BOTTOM)) for index, feed in enumerate(feeds)
    ]


def _of_feed(feed: Feed, spot: Spot) -> Panel:
    shown = list(headline([feed]))
    columns = [Column(each.indicator.title, indicator_look(each.indicator)) for each in shown]
    described = " ".join(f"{each.indicator.title}: {each.indicator.definition}" for each in shown)
    head = Head(f"province-{feed.name}", f"Toàn tỉnh: {feed.title}", described, spot)
    values = lines(
        f"anyIf(value, indicator = {text(each.id)}) AS {name(each.indicator.title)}"
        for each in shown
    )
    return stat(head, sql("province", columns=values, wanted=wanted(shown)), columns)


def _freshness(feeds: Sequence[Feed]) -> Panel:
    return freshness(feeds, Spot(WIDTH - FRESH, TOP, FRESH, BOTTOM))
