"""The distribution of values, and the hours of events."""

from grafana_foundation_sdk.models.dashboard import Panel

from contracts.feed import Feed
from contracts.indicators.formulas import QuantileOf
from contracts.indicators.indicator import Indicator
from contracts.indicators.measures import Count
from dashboards.boards.fields import Column
from dashboards.boards.layout import WIDTH, Layout
from dashboards.boards.look import COUNT, UNITS
from dashboards.boards.panels import Head, Spot, heat
from dashboards.boards.panels import columns as column_chart
from dashboards.boards.statements import lines, name, sql, text

HOURS = 24
DAYS, SLOW_DAYS = 7, 90
SLOW_S = 2 * 86_400


def distribution(feed: Feed, part: str, spot: Spot) -> Panel:
    """A histogram of the panes, in the unit of the indicator that takes its quantile."""
    indicator, width = _measured_by(feed, part)
    unit = UNITS[indicator.measurement].removeprefix("suffix: ") if indicator else part
    measured = indicator.title.partition(" (")[0] if indicator else part
    title = f"{measured} ({unit})"
    described = (
        "Phân bố trong khoảng thời gian đã chọn, của các địa phương được chọn. "
        f"{indicator.definition if indicator else ''}"
    ).strip()
    head = Head(f"distribution-{part}", f"Phân bố: {title}", described, spot)
    statement = sql(
        "distribution", feed=text(feed.name), part=text(part), width=f"{width:g}", title=name(title)
    )
    return column_chart(head, statement, title, Column("Số lượng", COUNT))


def _measured_by(feed: Feed, part: str) -> tuple[Indicator | None, float]:
    """The indicator that is a quantile of a histogram, and the width of a bin."""
    for indicator in feed.indicators:
        if isinstance(indicator.formula, QuantileOf) and indicator.formula.part == part:
            return indicator, indicator.formula.width
    return None, 1.0


def is_slow(feed: Feed) -> bool:
    """Whether its events are so rare that a day or a week would often show nothing."""
    return feed.stale_s > SLOW_S


def rhythm(feed: Feed, layout: Layout) -> list[Panel]:
    """Events by day and hour; empty if the feed counts no events."""
    part = next((each.part for each in feed.measures if isinstance(each, Count)), None)
    if part is None:
        return []
    (spot,) = layout.line(9, WIDTH)
    hours = lines(
        f"sumIf(counts[{text(part)}], toHour(pane, 'Asia/Ho_Chi_Minh') = {hour}) "
        f"AS {name(f'{hour:02d}')}"
        for hour in range(HOURS)
    )
    days = SLOW_DAYS if is_slow(feed) else DAYS
    head = Head(
        "rhythm",
        "Nhịp theo ngày và giờ",
        f"Số sự kiện ({part}) theo ngày (ngang) và giờ trong ngày (dọc), giờ Việt Nam; "
        f"{days} ngày.",
        spot,
    )
    panel = heat(head, sql("rhythm", feed=text(feed.name), hours=hours))
    panel.time_from = f"{days}d"
    return [panel]
