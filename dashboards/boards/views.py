"""An indicator's panels: over time, by district, ranked, and as states."""

from grafana_foundation_sdk.models.dashboard import Panel

from contracts.feed import Feed
from contracts.indicators.formulas import CountOf
from contracts.indicators.indicator import INSTANT_S, Better, Indicator
from dashboards.boards.fields import Column
from dashboards.boards.figures import worst_first
from dashboards.boards.look import COUNT, MOMENT, TEXT, change_look, dashed, indicator_look
from dashboards.boards.panels import (
    MOST_DRAWN,
    Head,
    Spot,
    bars,
    leading,
    series,
    states,
    table,
)
from dashboards.boards.places import DISTRICT_FIELD, compared_by
from dashboards.boards.statements import name, sql, text

HORIZON = "${horizon}"
HOUR_S = 3_600
_POINTS = (
    "Đến 6 giờ: số liệu trượt như đã hiện. Dài hơn: mỗi điểm tính riêng cho một giờ (quá 14 ngày: "
    "một ngày, quá 800 ngày: một tháng), kể cả sự kiện đến muộn."
)


def trend(feed: Feed, indicator: Indicator, spot: Spot) -> Panel:
    """The chosen districts over time."""
    described = f"{indicator.definition} {_POINTS}"
    title = _of_some(f"{indicator.title} theo thời gian", feed, indicator)
    head = Head(f"trend-{indicator.name}", title, described, spot)
    statement = sql("trend", **_over_time(feed, indicator))
    return _leading(feed, indicator, series(head, statement, indicator_look(indicator)))


def compared(feed: Feed, indicator: Indicator, spot: Spot) -> Panel:
    """The chosen districts side by side."""
    described = f"{indicator.definition} Số liệu cuối của khoảng thời gian."
    title = _of_some(f"{indicator.title} theo địa phương", feed, indicator)
    head = Head(f"compared-{indicator.name}", title, described, spot)
    value = Column(indicator.title, indicator_look(indicator))
    panel = bars(head, sql("comparison", **_asked(feed, indicator)), value)
    return _leading(feed, indicator, panel)


def ranking(feed: Feed, indicator: Indicator, spot: Spot) -> Panel:
    """The chosen districts in a table, with numerator, denominator and changes."""
    asked = _asked(feed, indicator)
    period = HOUR_S if indicator.is_gauge else HORIZON
    statement = sql(
        "ranking",
        **asked,
        a_day_ago=sql("before", **asked, ago="1 DAY"),
        a_period_ago=sql("before", **asked, ago=f"{period} SECOND"),
    )
    change = dashed(change_look(indicator))
    columns = [
        Column("Địa phương", TEXT, width=200),
        Column(indicator.title, indicator_look(indicator)),
        Column("Tử số", dashed(COUNT)),
        Column("Mẫu số", dashed(COUNT)),
        Column("So với hôm qua", change),
        Column("So với kỳ trước", change),
        Column("Tính đến", MOMENT, width=180),
        Column(DISTRICT_FIELD, TEXT, is_hidden=True),
    ]
    one_ago = "một giờ" if indicator.is_gauge else "một khoảng tính"
    described = (
        f"{indicator.definition} Hôm qua: cùng giờ ngày trước. Kỳ trước: trước đó {one_ago}."
    )
    whose = " (tỉnh và nơi có số liệu)" if feed.tells_of_province else ""
    title = f"Xếp hạng: {indicator.title}{whose}"
    head = Head(f"ranking-{indicator.name}", title, described, spot)
    return table(head, statement, columns)


def state_history(feed: Feed, indicator: Indicator, spot: Spot) -> Panel:
    """The states of the chosen districts by the threshold, over time."""
    head = Head(
        f"states-{indicator.name}",
        _of_some(f"Tình trạng: {indicator.title}", feed, indicator),
        f"Theo ngưỡng của chỉ tiêu. {indicator.definition} {_POINTS}",
        spot,
    )
    asked = {**_over_time(feed, indicator), "title": name("Tình trạng")}
    return _leading(feed, indicator, states(head, sql("states", **asked)))


def _of_some(title: str, feed: Feed, indicator: Indicator) -> str:
    """The title of a chart that draws only the first of many units."""
    first = "lớn nhất" if indicator.better is Better.NEITHER else "kém nhất"
    drawn = f"tỉnh và nơi có số liệu, tối đa {MOST_DRAWN}" if feed.tells_of_province else "${shown}"
    return f"{title} ({drawn}, {first} trước)"


def _leading(feed: Feed, indicator: Indicator, panel: Panel) -> Panel:
    """The panel with a link to the comparison of all units."""
    return leading(panel, compared_by(feed.indicator_id(indicator)))


def _over_time(feed: Feed, indicator: Indicator) -> dict[str, object]:
    """The values for a statement about an indicator over the time range."""
    shown = sql("is_short")
    return {
        **_asked(feed, indicator),
        "among": "chosen",
        "is_count": str(int(isinstance(indicator.formula, CountOf))),
        "is_state": str(int(indicator.is_gauge)),
        "is_shown": shown,
        "step_s": f"if({shown}, $__interval_s, {sql('grain_s')})",
    }


def _asked(feed: Feed, indicator: Indicator) -> dict[str, object]:
    """The values for a statement about an indicator; gauges have no horizon to choose."""
    id_ = text(feed.indicator_id(indicator))
    chosen = "chosen_with_province" if feed.tells_of_province else "chosen"
    return {
        "indicator": id_,
        "chosen": sql(chosen, indicator=id_),
        "horizon": INSTANT_S if indicator.is_gauge else HORIZON,
        "title": name(indicator.title),
        "order": worst_first(indicator),
        "most": MOST_DRAWN,
    }
