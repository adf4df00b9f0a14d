"""The contents of the centre, a row each: how the province stands, who is worst, how fresh."""

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
"""Further figures of a content: as many as two lines hold."""
DAYS = 12
"""The last days with figures that are drawn."""
REACH = 60
"""Days within which they are looked for; Tết, with what is made up for, takes two weeks."""
_PERCENT, _SUFFIX = "percentunit", "suffix:"


def contents(feeds: Sequence[Feed], spot: Spot) -> Panel:
    """The contents over these feeds; a content that no feed tells of says that it has no data."""
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
    """Place, title, feed, indicator, horizon, is it the key one, place in the headline."""
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
    """What follows a value of each measurement, as SQL."""
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
