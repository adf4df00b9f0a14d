"""Everything that dashboards and alert rules ask, with the period and width it gets."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from dashboards.checks.alerting import ALERTS, Rule
from dashboards.checks.board import (
    Dashboard,
    Json,
    Panel,
    annotation_place,
    annotation_sql,
    variable_place,
    variable_sql,
)
from dashboards.checks.structure import COLUMNS
from dashboards.grafana.queries import interval_s
from dashboards.grafana.times import TimeRange, moment, time_range
from dashboards.grafana.variables import references

SCREEN_PX = 1880
"""Width of a wall's screen without margins: a panel gets a point for each pixel of its own."""
DEFAULT_PERIOD = ("now-6h", "now")
OTHER_PERIODS = (("now-5m", "now"), ("now-7d", "now"))
"""Periods that an operator may choose instead of the dashboard's own."""
YEAR = ("now-1y", "now")
"""For annotations: what happens seldom is then among them."""
_WIDTHS_S = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@dataclass(frozen=True)
class Asked:
    """One statement, before variables and macros."""

    dashboard: str
    place: str
    kind: str
    """Kind of the panel, or variable, annotation, alert."""
    sql: str
    period: TimeRange
    other_periods: tuple[TimeRange, ...] = ()
    max_points: int = 1000
    least_s: int = 1
    is_time_series: bool = False
    panel: Panel | None = field(default=None, compare=False)

    def interval_s(self, period: TimeRange) -> int:
        """Width of its points, seconds."""
        return interval_s(period, self.max_points, self.least_s)

    @property
    def variables(self) -> frozenset[str]:
        """Names that it mentions."""
        return frozenset(reference.name for reference in references(self.sql))


def of_dashboard(board: Dashboard, now: datetime, zone: ZoneInfo) -> Iterator[Asked]:
    """What a dashboard asks."""
    period = default_period(board, now, zone)
    others = tuple(time_range(*names, now, zone) for names in OTHER_PERIODS)
    for variable in board.variables:
        if variable.get("type") == "query":
            place, sql = variable_place(variable), variable_sql(variable)
            yield Asked(board.uid, place, "variable", sql, period)
    for annotation in board.annotations:
        place, sql = annotation_place(annotation), annotation_sql(annotation)
        seldom = (*others, time_range(*YEAR, now, zone))
        yield Asked(board.uid, place, "annotation", sql, period, seldom)
    for panel in board.panels:
        yield from _of_panel(board, panel, period, others, now, zone)


def of_rules(rules: Sequence[Rule], now: datetime) -> Iterator[Asked]:
    """What alert rules ask."""
    for rule in rules:
        for query in rule.queries:
            yield Asked(
                ALERTS,
                rule.place,
                "alert",
                str(query["model"].get("rawSql", "")),
                _relative(query, now),
                least_s=max(1, int(query["model"].get("intervalMs", 1000)) // 1000),
            )


def default_period(board: Dashboard, now: datetime, zone: ZoneInfo) -> TimeRange:
    """The period that the dashboard opens with."""
    given = board.raw.get("time") or {}
    start, end = DEFAULT_PERIOD
    return time_range(given.get("from", start), given.get("to", end), now, zone)


def _of_panel(
    board: Dashboard,
    panel: Panel,
    period: TimeRange,
    others: tuple[TimeRange, ...],
    now: datetime,
    zone: ZoneInfo,
) -> Iterator[Asked]:
    if own := panel.raw.get("timeFrom"):
        period, others = TimeRange(moment(f"now-{own}", now, zone), now), ()
    width = panel.raw.get("gridPos", {}).get("w", COLUMNS)
    for target in panel.targets:
        yield Asked(
            board.uid,
            panel.place,
            panel.kind,
            str(target.get("rawSql", "")),
            period,
            others,
            panel.raw.get("maxDataPoints") or SCREEN_PX * width // COLUMNS,
            _seconds(str(panel.raw.get("interval") or "1s")),
            target.get("format") == 0,
            panel,
        )


def _relative(query: Json, now: datetime) -> TimeRange:
    """The period of a rule's query, which stands there in seconds before now."""
    given = query.get("relativeTimeRange") or {}
    return TimeRange(
        now - timedelta(seconds=int(given.get("from", 600))),
        now - timedelta(seconds=int(given.get("to", 0))),
    )


def _seconds(width: str) -> int:
    """A panel's least interval, such as ``>1m`` or ``30s``."""
    text = width.lstrip(">")
    return int(text[:-1]) * _WIDTHS_S[text[-1]] if text[:-1].isdecimal() else 1
