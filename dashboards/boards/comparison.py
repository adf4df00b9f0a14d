"""Districts side by side, by any indicator, over any period."""

from collections.abc import Sequence

from grafana_foundation_sdk.models.dashboard import (
    Panel,
    VariableHide,
    VariableModel,
    VariableOption,
    VariableRefresh,
    VariableType,
)

from contracts.feed import Feed
from contracts.indicators.indicator import UNIT_WORDS, Measurement
from dashboards.boards.annotations import annotations
from dashboards.boards.archive import AGENCY_COLUMNS, agency_branch, agency_gauges
from dashboards.boards.board import Board
from dashboards.boards.clickhouse import SOURCE
from dashboards.boards.fields import Column
from dashboards.boards.freshness import freshness_of_all
from dashboards.boards.layout import WIDTH, Layout
from dashboards.boards.look import COUNT, STATE, TEXT, Look, dashed
from dashboards.boards.panels import MOST_DRAWN, Head, Spot, bars, series, table
from dashboards.boards.places import COMPARISON, DISTRICT_FIELD
from dashboards.boards.statements import name, sql, text
from dashboards.boards.variables import district, shown, without_auto, words_of

_OWN_WORDS = {
    Measurement.COUNT: "số lượng",
    Measurement.SHARE: "%",
    Measurement.PER_HOUR: "mỗi giờ",
    Measurement.SCORE: "điểm",
    Measurement.CHANGE: "%",
}
COUNTED_IN = {each: _OWN_WORDS.get(each) or UNIT_WORDS[each] for each in Measurement}
FIGURE = Look(decimals=2)
"""For any indicator: shares arrive as percent; the variable's text names the unit of measure."""
HALF = WIDTH // 2
_DRAWN = {"bins": "bins", "q": "q", "width": "width", "most": MOST_DRAWN}
_FIRST = "(${shown}, ${order})"
UNITS_SAID = "Tính bằng đơn vị ghi ở ô chọn chỉ tiêu."


def comparison(feeds: Sequence[Feed]) -> Board:
    """The dashboard that compares districts by an indicator of these feeds."""
    layout = Layout()
    names = ", ".join(text(feed.name) for feed in feeds if feed.tells_of_province)
    chosen = sql("chosen_to_compare", tell_of_province=names)
    fresh, defined = layout.line(5, 6, WIDTH - 6)
    return Board(
        place=COMPARISON,
        description="Các địa phương cạnh nhau theo một chỉ tiêu bất kỳ, trong thời gian bất kỳ.",
        panels=[
            freshness_of_all(fresh),
            _definition(defined),
            *_side_by_side(layout, chosen),
            _trend(layout.line(11, WIDTH)[0], chosen),
            _agencies(feeds, *layout.line(11, WIDTH)),
        ],
        variables=[
            _indicator(feeds),
            district(),
            shown(),
            words_of("order", sql("order_words")),
        ],
        annotations=annotations(),
    )


def _unit_words() -> str:
    """SQL for the unit of measure in words."""
    known, words = (", ".join(map(text, side)) for side in (COUNTED_IN, COUNTED_IN.values()))
    return f"transform(toString(measurement), [{known}], [{words}], toString(measurement))"


def _indicator(feeds: Sequence[Feed]) -> VariableModel:
    feed = next((each for each in feeds if agency_gauges(each)), feeds[0])  # no panel stays empty
    first = feed.headline_indicators[0]
    words = f"{feed.title} · {first.title} ({COUNTED_IN[first.measurement]})"
    statement = sql("indicators", unit_words=_unit_words())
    return without_auto(
        VariableModel(
            type_val=VariableType.QUERY,
            name="indicator",
            label="Chỉ tiêu",
            hide=VariableHide.DONT_HIDE,
            description="Chỉ tiêu để so sánh, và đơn vị tính của nó",
            query=statement,
            definition=statement,
            datasource=SOURCE,
            current=VariableOption(selected=True, text=words, value=feed.indicator_id(first)),
            multi=False,
            include_all=False,
            allow_custom_value=False,
            options=[],
            refresh=VariableRefresh.ON_DASHBOARD_LOAD,
        )
    )


def _definition(spot: Spot) -> Panel:
    head = Head("definition", "Chỉ tiêu được chọn", "Theo danh mục chỉ tiêu.", spot)
    columns = [Column("Định nghĩa và nguồn", TEXT, width=620)]
    return table(head, sql("definition", unit_words=_unit_words()), columns)


def _by_district(statement: str, slot: str, since: str, chosen: str) -> str:
    return sql(statement, pane_slot=slot, since=since, chosen=chosen, **_DRAWN)


def _side_by_side(layout: Layout, chosen: str) -> list[Panel]:
    left, right = layout.line(11, HALF + 2, HALF - 2)
    judged = Head(
        "judged",
        "${indicator:text}: xếp hạng",
        "Cả khoảng thời gian, gộp từ số liệu từng phút (quá 2 ngày: từng giờ, quá 60 ngày: từng "
        "ngày); chỉ tiêu tức thời: giá trị cuối. Kỳ trước: khoảng thời gian dài bằng vậy ngay "
        f"trước đó. {UNITS_SAID}",
        left,
    )
    beside = Head(
        "beside",
        f"${{indicator:text}} {_FIRST}",
        f"Cả khoảng thời gian, xấu nhất ở trên. {UNITS_SAID}",
        right,
    )
    columns = [
        Column("Địa phương", TEXT, width=190),
        Column("Giá trị", FIGURE),
        Column("Tình trạng", dashed(STATE)),
        *(Column(title, dashed(COUNT)) for title in ("Tử số", "Mẫu số")),
        *(Column(title, dashed(FIGURE)) for title in ("Kỳ trước", "Thay đổi")),
        Column(DISTRICT_FIELD, TEXT, is_hidden=True),
    ]
    two_periods = _by_district("judged", "pane >= $__fromTime", sql("period_start"), chosen)
    one_period = _by_district("side_by_side", "1", "$__fromTime", chosen)
    return [
        table(judged, two_periods, columns),
        bars(beside, one_period, Column("Giá trị", FIGURE)),
    ]


def _trend(spot: Spot, chosen: str) -> Panel:
    head = Head(
        "trend",
        f"${{indicator:text}} theo thời gian {_FIRST}",
        "Mỗi điểm tính riêng cho giờ, ngày hoặc tháng của nó, từ số liệu gộp; chỉ tiêu tức thời: "
        f"giá trị cuối. {UNITS_SAID}",
        spot,
    )
    statement = sql(
        "merged_trend",
        figures_of_the_range=_by_district("merged_figures", "1", "$__fromTime", chosen),
        since="$__fromTime",
        indicator="${indicator:singlequote}",
        is_count="(formula = 'count')",
        is_state="formula = 'state'",
        among="shown",
        is_shown="0",
        step_s=sql("grain_s"),
        title=name("Giá trị"),
        chosen=chosen,
        **_DRAWN,
    )
    panel = series(head, statement, FIGURE)
    panel.interval = "1h"  # shorter intervals of a rare event hold one event or none
    return panel


def _agencies(feeds: Sequence[Feed], spot: Spot) -> Panel:
    branches = [agency_branch(feed, gauge) for feed in feeds for gauge in agency_gauges(feed)]
    head = Head(
        "agencies",
        "Theo cơ quan",
        "Cơ quan của nguồn mà chỉ tiêu thuộc về: tiếp nhận, xử lý xong và đúng hạn, tính lại từ "
        "kho sự kiện; không phải mọi chỉ tiêu. Trống khi nguồn không ghi cơ quan.",
        spot,
    )
    statement = sql(
        "agencies", chosen_feed=sql("feed_of_indicator"), branches="\nUNION ALL\n".join(branches)
    )
    return table(head, statement, AGENCY_COLUMNS)
