"""The wall: the standing and freshness of each content, and the districts that are behind.

It fits a screen of 1920 × 1080 without scrolling.
"""

from collections.abc import Sequence

from grafana_foundation_sdk.models.dashboard import Panel

from contracts.feed import Feed
from contracts.indicators.indicator import Better
from dashboards.boards.board import Board
from dashboards.boards.contents import contents
from dashboards.boards.fields import Column
from dashboards.boards.figures import Shown, judged, key, picked, titled
from dashboards.boards.look import STANDING, TEXT, dashed, indicator_look
from dashboards.boards.map import units_map
from dashboards.boards.panels import Head, Spot, table
from dashboards.boards.places import DISTRICT_FIELD, WALL, feed_place
from dashboards.boards.statements import lines, name, sql
from dashboards.boards.variables import period

TOP, BOTTOM = 13, 11
WIDTH, SCORES = 24, 18
NAMED, NAMED_OF_MANY = 30, 12
"""The map names all units if there are at most NAMED, else the worst NAMED_OF_MANY; it names the
others when the pointer is over them."""


def overview(feeds: Sequence[Feed]) -> Board:
    """The wall over these feeds."""
    return Board(
        place=WALL,
        description="Toàn cảnh: từng nội dung đứng ở đâu, mới đến đâu; địa phương xấu nhất.",
        panels=[contents(feeds, Spot(0, 0, WIDTH, TOP)), _scorecard(feeds), _map(feeds)],
        variables=[period()],
        annotations=[],
        refresh="10s",
    )


def _cells(feeds: Sequence[Feed]) -> dict[str, str]:
    return {"key_indicators": titled(judged(feeds))}


def _scorecard(feeds: Sequence[Feed]) -> Panel:
    shown = [each for each in map(key, feeds) if each.indicator.better is not Better.NEITHER]
    statement = sql(
        "scorecard",
        **_cells(feeds),
        columns=picked(shown),
        names=lines(f"figures.{name(each.title)} AS {name(each.feed.label)}" for each in shown),
    )
    columns = [
        Column("Địa phương", TEXT, width=190),
        Column("Tình trạng", STANDING, width=190),
        *map(_score, shown),
        Column(DISTRICT_FIELD, TEXT, is_hidden=True),
    ]
    keys = "; ".join(f"{each.feed.label}: {each.indicator.title}" for each in shown)
    description = (
        "Mỗi hàng một địa phương, xấu nhất ở trên: xếp theo số chỉ tiêu xấu, rồi số cảnh báo, của "
        f"mọi nội dung; mỗi cột là chỉ tiêu chính của một nội dung ({keys}). Ngưỡng theo danh mục "
        "chỉ tiêu; ô không màu là chỉ tiêu không có ngưỡng; – là kỳ đã chọn chưa có số liệu."
    )
    head = Head("scorecard", "Địa phương theo chỉ tiêu", description, Spot(0, TOP, SCORES, BOTTOM))
    return table(head, statement, columns, is_tall=True)


def _score(shown: Shown) -> Column:
    link = feed_place(shown.feed).of_district(shown.feed.title)
    return Column(shown.feed.label, dashed(indicator_look(shown.indicator)), link=link)


def _map(feeds: Sequence[Feed]) -> Panel:
    description = (
        "Các địa phương: màu theo tình trạng xấu nhất của các chỉ tiêu; trong Grafana, cỡ của điểm "
        "theo số chỉ tiêu xấu và cảnh báo. Chưa có tệp ranh giới thì là sơ đồ theo điểm trung tâm. "
        "Nhiều địa phương: tên hiện khi trỏ vào."
    )
    head = Head("map", "Bản đồ", description, Spot(SCORES, TOP, WIDTH - SCORES, BOTTOM))
    return units_map(
        head,
        sql("map", **_cells(feeds), named=NAMED, named_of_many=NAMED_OF_MANY),
        [feed_place(feed).of_district(feed.title) for feed in feeds],
    )
