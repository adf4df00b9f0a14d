"""The contents of the centre, a row each: the province's figure, the worst district, the age."""

from collections.abc import Iterator, Sequence

from grafana_foundation_sdk.models.dashboard import Panel

from contracts.contents import Content
from contracts.feed import Feed
from dashboards.boards.fields import Column
from dashboards.boards.figures import headline, key
from dashboards.boards.look import DATED, FRESHNESS, STANDING, TEXT, UNITS
from dashboards.boards.panels import Head, Spot, table
from dashboards.boards.places import BOARD_FIELD, DISTRICT_FIELD, FEED_BOARD, row_links
from dashboards.boards.statements import lines, sql, text

OTHERS = 2
"""Further figures of a content; two lines hold no more."""
DAYS = 12
"""Number of days drawn: the last ones that have figures."""
REACH = 60
"""Days within which those are looked for; Tết with its days in lieu takes two weeks."""
_PERCENT, _SUFFIX = "percentunit", "suffix:"


def contents(feeds: Sequence[Feed], spot: Spot) -> Panel:
    """The contents of these feeds. A content without a feed says that it has no data."""
    described = (
        "Mỗi hàng một nội dung: chỉ tiêu chính của toàn tỉnh trong kỳ đã chọn, địa phương xấu nhất "
        "(chỉ khi có nơi chưa đạt), các ngày gần nhất có số liệu; so với kế hoạch, kỳ trước và "
        "cùng kỳ năm trước (đến cùng ngày), hay ngày có số liệu trước đó; độ mới của nguồn. Kỳ "
        "chưa có số liệu: ngày gần nhất có, chữ mờ, kèm ngày. Bấm vào một hàng để mở màn hình của "
        "nội dung đó."
    )
    head = Head("contents", "Chín nội dung giám sát, điều hành", described, spot)
    statement = sql(
        "contents",
        contents=lines(_rows(feeds)),
        unit_words=_unit_words(),
        board=FEED_BOARD,
        others=OTHERS,
        days=DAYS,
        reach=REACH,
    )
    whole, of_district = row_links()
    columns = [
        Column("Nội dung", TEXT, width=205, link=whole),
        Column("Toàn tỉnh", DATED, width=175, link=whole),
        Column("Chỉ tiêu", TEXT, width=185),
        Column("Tình trạng", STANDING, width=170),
        Column("Địa phương xấu nhất", TEXT, width=220, link=of_district),
        Column(f"{DAYS} ngày có số liệu", TEXT, width=200),
        Column("So sánh", TEXT, width=200),
        Column("Các chỉ tiêu khác", TEXT),
        Column("Độ mới", FRESHNESS, width=205),
        Column(BOARD_FIELD, TEXT, is_hidden=True),
        Column(DISTRICT_FIELD, TEXT, is_hidden=True),
    ]
    return table(head, statement, columns, is_tall=True)


def _rows(feeds: Sequence[Feed]) -> Iterator[str]:
    """SQL tuples: place, title, feed, indicator, horizon, whether it is the key one, rank."""
    place = 0
    for content in Content:
        telling = [feed for feed in feeds if feed.content is content]
        for feed in telling:
            place += 1
            is_alone = len(telling) == 1 and not content.is_platform
            title = content.value if is_alone else feed.title
            for rank, shown in enumerate(headline([feed])):
                is_key = str(shown == key(feed)).lower()
                yield (
                    f"({place}, {text(title)}, {text(feed.name)}, {text(shown.id)}, "
                    f"{shown.day_s}, {is_key}, {rank})"
                )
        if not telling and not content.is_platform:
            place += 1
            yield f"({place}, {text(content.value)}, '', '', 0, true, 0)"


def _unit_words() -> str:
    """SQL for the words that follow a value, by its measurement."""
    words = {
        measurement.value: " %"
        if unit == _PERCENT
        else f" {unit.removeprefix(_SUFFIX).strip()}"
        if unit.startswith(_SUFFIX)
        else ""
        for measurement, unit in UNITS.items()
    }
    known, after = (", ".join(map(text, side)) for side in (words, words.values()))
    return f"transform(toString(measurement), [{known}], [{after}], '')"
