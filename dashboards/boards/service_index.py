"""The dashboard of the service index: the districts' points by month, and where they lose most."""

from collections.abc import Iterable

from grafana_foundation_sdk.models.dashboard import Panel

from contracts.reference.service_index import WHOLE, PartRule, ServiceIndex, load_service_index
from contracts.registry import feed_named
from dashboards.boards.annotations import annotations
from dashboards.boards.board import Board
from dashboards.boards.fields import Column
from dashboards.boards.freshness import freshness
from dashboards.boards.layout import WIDTH, Layout
from dashboards.boards.look import SHARE, TEXT, Look, dashed
from dashboards.boards.panels import MOST_DRAWN, Head, Spot, series, table
from dashboards.boards.places import DISTRICT_FIELD, SERVICE_INDEX
from dashboards.boards.statements import lines, name, sql, text
from dashboards.boards.variables import district, shown

POINTS = Look(decimals=1)
NOT_MEASURED = "Không đo được"
UNMEASURED = "Phần không nguồn nào đo được thì để trống, không tính là đạt cũng không tính là mất."


def service_index() -> Board:
    """The dashboard. Raises UnknownFeedError if the feed of the index does not exist."""
    index = load_service_index()
    layout = Layout()
    fresh, ranked = layout.line(11, 3, WIDTH - 3)
    return Board(
        place=SERVICE_INDEX,
        description=f"Chất lượng phục vụ của từng địa phương theo tháng. {index.note}",
        panels=[
            freshness(feed_named(index.feed), fresh),
            _ranking(index, ranked),
            _parts(index, *layout.line(11, WIDTH)),
            _trend(index, *layout.line(9, WIDTH)),
            _rules(index, *layout.line(11, WIDTH)),
        ],
        variables=[district(), shown()],
        annotations=annotations(),
        since="now-180d",
    )


def every_part(index: ServiceIndex) -> Iterable[PartRule]:
    """The parts of all versions; each id once, in its last version."""
    found = {part.id: part for version in index.versions for part in version.parts}
    return found.values()


def scored(index: ServiceIndex, since: str, until: str) -> str:
    """The points of measured parts by district and month, as SQL with ``$`` macros."""
    rules = lines(
        f"({text(part.title)}, {part.points:g}, {text(part.measured.numerator)}, "
        f"{text(part.measured.denominator)}, {part.measured.threshold:g}, "
        f"toDate32({text(version.valid_from.isoformat())}), "
        f"toDate32({text(version.until.isoformat())}))"
        for version in index.versions
        for part in version.parts
        if part.measured is not None
    )
    return sql("index_scored", feed=text(index.feed), rules=rules, since=since, until=until)


def _of_month(index: ServiceIndex) -> str:
    month = sql("index_month")
    return scored(index, month, f"addMonths({month}, 1)")


def _ranking(index: ServiceIndex, spot: Spot) -> Panel:
    head = Head(
        "index-ranking",
        "Xếp hạng theo Bộ chỉ số",
        f"{index.decision}, tháng của cuối khoảng thời gian, thấp nhất ở trên. {UNMEASURED} "
        "Chỉ xếp loại khi mọi phần đều đo được.",
        spot,
    )
    reached = "by_district.reached"
    bands = ", ".join(f"{reached} >= {b.from_points:g}, {text(b.title)}" for b in index.bands[:-1])
    statement = sql(
        "index_ranking",
        scored=_of_month(index),
        whole=WHOLE,
        bands=f"{bands}, {text(index.bands[-1].title)}",
    )
    columns = [
        Column("Địa phương", TEXT, width=200),
        Column("Điểm", POINTS),
        Column("Điểm đo được", POINTS),
        Column("Đạt", SHARE),
        Column("Xếp loại", TEXT, width=170),
        Column("Mất nhiều nhất", TEXT, width=260),
        Column("Điểm mất", POINTS),
        Column(DISTRICT_FIELD, TEXT, is_hidden=True),
    ]
    return table(head, statement, columns)


def _parts(index: ServiceIndex, spot: Spot) -> Panel:
    head = Head(
        "index-parts",
        "Điểm từng thành phần",
        f"Tháng của cuối khoảng thời gian. {UNMEASURED}",
        spot,
    )
    titles = {part.title: f"{part.title} ({part.points:g})" for part in every_part(index)}
    measured = {part.title for part in every_part(index) if part.measured is not None}
    columns = lines(
        f"anyIf(scored.points, scored.part = {text(title)}) AS {name(shown)}"
        if title in measured
        else f"{text(NOT_MEASURED)} AS {name(shown)}"
        for title, shown in titles.items()
    )
    statement = sql("index_parts", scored=_of_month(index), columns=columns)
    shown_columns = [
        Column(shown, POINTS if title in measured else TEXT) for title, shown in titles.items()
    ]
    return table(head, statement, [Column("Địa phương", TEXT, width=200), *shown_columns])


def _trend(index: ServiceIndex, spot: Spot) -> Panel:
    head = Head(
        "index-trend",
        "Mức đạt theo tháng (${shown}, kém nhất trước)",
        f"Điểm đạt / điểm đo được của từng tháng. {UNMEASURED}",
        spot,
    )
    every_month = scored(index, "$__fromTime", "$__toTime")
    return series(head, sql("index_trend", scored=every_month, most=MOST_DRAWN), SHARE)


def _rules(index: ServiceIndex, spot: Spot) -> Panel:
    head = Head("index-rules", "Cách tính điểm", index.note, spot)
    every = (
        (version, group, part)
        for version in index.versions
        for group in version.groups
        for part in group.parts
    )
    rules = lines(
        f"({text(group.title)}, {text(part.title)}, {part.points:g}, "
        f"{f'toNullable({part.measured.threshold:g})' if part.measured else 'NULL'}, "
        f"toDate32({text(version.valid_from.isoformat())}), "
        f"toDate32({text(version.until.isoformat())}), {number})"
        for number, (version, group, part) in enumerate(every)
    )
    columns = [
        Column("Nhóm", TEXT, width=220),
        Column("Thành phần", TEXT, width=280),
        Column("Điểm tối đa", POINTS),
        Column("Đủ điểm từ", dashed(SHARE)),
    ]
    return table(head, sql("index_rules", rules=rules, not_measured=text(NOT_MEASURED)), columns)
