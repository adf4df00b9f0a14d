"""The terminal view: figures by district, and how fresh each feed is."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from contracts.feed import Feed
from contracts.indicators.indicator import Better, Indicator, Measurement
from contracts.reference.units import Units
from ioc.status.ages import VIETNAMESE, show_age
from ioc.status.figures import FeedProgress, FigureKey, headline_horizon_s

NO_DATA = "–"
WIDTH_OF_NAME = 22
WIDTH_OF_FIGURE = 11
WIDTH_FOR_REASONS = 130
PERCENT = 100
HORIZON_NAMES = {0: "", 300: "5 phút", 3_600: "1 giờ", 86_400: "24 giờ"}


@dataclass
class Reading:
    """Everything that one refresh of the screen shows.

    Rates are events/s by feed. ``over_limit`` names the feeds with too large a share of rejects.
    """

    figures: Mapping[FigureKey, float | None] = field(default_factory=dict)
    progress: Mapping[str, FeedProgress] = field(default_factory=dict)
    rates: Mapping[str, float] = field(default_factory=dict)
    reasons: Sequence[tuple[str, str, int]] = ()
    over_limit: Collection[str] = ()
    trouble: str = ""


def show_value(indicator: Indicator, value: float | None) -> str:
    """The figure with its unit; no data is a dash, never a 0."""
    if value is None:
        return NO_DATA
    if indicator.measurement in (Measurement.SHARE, Measurement.CHANGE):
        return f"{value * PERCENT:,.{indicator.decimals}f} %"
    text = f"{value:,.{indicator.decimals}f}"
    if indicator.measurement is Measurement.PER_HOUR:
        return f"{text}/h"
    if indicator.measurement in (Measurement.COUNT, Measurement.SCORE):
        return text
    return f"{text} {indicator.measurement}"


def style_of(indicator: Indicator, value: float | None) -> str:
    """Green, yellow or red by the indicator's thresholds."""
    if value is None:
        return "dim"
    if indicator.threshold is None:
        return ""
    sign = 1 if indicator.better is Better.LOWER else -1
    if sign * value <= sign * indicator.threshold.good:
        return "green"
    return "yellow" if sign * value <= sign * indicator.threshold.warn else "bold red"


def render(
    units: Units, feeds: Sequence[Feed], addresses: str, reading: Reading, width: int
) -> RenderableType:
    """The whole screen, in at most ``width`` columns."""
    parts: list[RenderableType] = [Text(addresses, style="dim")]
    if reading.trouble:
        parts.append(Text(reading.trouble, style="bold red"))
    blank = Text("")
    parts += [blank, _districts(units, feeds, reading, width), blank]
    parts.append(_feeds(feeds, reading, with_reasons=width >= WIDTH_FOR_REASONS))
    parts.append(blank)
    parts.append(Text("Ctrl-C dừng tất cả, dữ liệu được giữ lại / stops all, data is kept"))
    return Panel(Group(*parts), title=f"IOC · {units.province.name_vi}", border_style="blue")


def _districts(units: Units, feeds: Sequence[Feed], reading: Reading, width: int) -> Table:
    each = max(1, (width - WIDTH_OF_NAME) // (WIDTH_OF_FIGURE * len(feeds)))
    columns = [(feed, indicator) for feed in feeds for indicator in feed.headline_indicators[:each]]
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Đơn vị", no_wrap=True)
    for feed, indicator in columns:
        horizon = HORIZON_NAMES[headline_horizon_s(feed, indicator)]
        table.add_column(f"{indicator.title}\n{feed.name}\n{horizon}", justify="right")
    for unit in units:
        cells = []
        for feed, indicator in columns:
            value = reading.figures.get((feed.indicator_id(indicator), unit.code))
            cells.append(Text(show_value(indicator, value), style=style_of(indicator, value)))
        bold = "bold" if unit is units.province else ""
        table.add_row(Text(unit.name_vi, style=bold), *cells)
    return table


def _feeds(feeds: Sequence[Feed], reading: Reading, *, with_reasons: bool) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Nguồn", no_wrap=True)
    for title in ("Mới nhất", "sự kiện/s", "đã nhận", "loại", "trùng", "muộn"):
        table.add_column(title, justify="right", no_wrap=True)
    if with_reasons:
        table.add_column("Lý do loại", overflow="ellipsis", no_wrap=True)
    now = datetime.now(UTC)
    for feed in feeds:
        cells = _feed_cells(feed, reading, now)
        table.add_row(feed.title, *(cells if with_reasons else cells[:-1]))
    return table


def _feed_cells(feed: Feed, reading: Reading, now: datetime) -> list[Text]:
    progress = reading.progress.get(feed.name)
    if progress is None:
        return [Text("chưa có", style="dim"), *[Text("")] * 6]
    age_s = progress.age_s(now)
    reasons = ", ".join(
        f"{reason} {count}" for name, reason, count in reading.reasons if name == feed.name
    )
    return [
        Text(show_age(age_s, VIETNAMESE), style="green" if age_s <= feed.stale_s else "bold red"),
        Text(f"{reading.rates.get(feed.name, 0.0):,.1f}"),
        Text(f"{progress.accepted:,}"),
        Text(f"{progress.rejected:,}", style="bold red" if feed.name in reading.over_limit else ""),
        Text(f"{progress.duplicates:,}"),
        Text(f"{progress.late:,}"),
        Text(reasons, style="dim"),
    ]
