"""All statements of dashboards and alert rules, with their periods and their points' width."""

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
"""The width of a wall's screen without margins. A panel asks for a point for each pixel."""
DEFAULT_PERIOD = ("now-6h", "now")
OTHER_PERIODS = (("now-5m", "now"), ("now-7d", "now"))
"""Other periods that an operator may choose."""
YEAR = ("now-1y", "now")
"""A period for annotations, long enough to contain rare events."""
_WIDTHS_S = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@dataclass(frozen=True)
class Asked:
    """One statement, before variables and macros."""

    dashboard: str
    place: str
    kind: str
    """The kind of the panel, or ``variable``, ``annotation``, ``alert``."""
    sql: str
    period: TimeRange
    other_periods: tuple[TimeRange, ...] = ()
    max_points: int = 1000
    least_s: int = 1
    is_time_series: bool = False
    panel: Panel | None = field(default=None, compare=False)

    def interval_s(self, period: TimeRange) -> int:
        """The width of its points in seconds."""
        return interval_s(period, self.max_points, self.least_s)

    @property
    def variables(self) -> frozenset[str]:
        """The names of the variables that it uses."""
        return frozenset(reference.name for reference in references(self.sql))


def of_dashboard(board: Dashboard, now: datetime, zone: ZoneInfo) -> Iterator[Asked]:
    """The statements of a dashboard."""
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
    """The statements of alert rules."""
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
    """The dashboard's own period."""
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
    """The period of a rule's query, which gives it in seconds before now."""
    given = query.get("relativeTimeRange") or {}
    return TimeRange(
        now - timedelta(seconds=int(given.get("from", 600))),
        now - timedelta(seconds=int(given.get("to", 0))),
    )


def _seconds(width: str) -> int:
    """The seconds of a panel's least interval, such as ``>1m`` or ``30s``."""
    text = width.lstrip(">")
    return int(text[:-1]) * _WIDTHS_S[text[-1]] if text[:-1].isdecimal() else 1
