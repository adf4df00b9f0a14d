"""The state of a dashboard in its address, as in Grafana: time range, variables, wall mode."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from dashboards.grafana import times
from dashboards.grafana.times import TimeError, TimeRange
from dashboards.preview.model import Dashboard, seconds_of

VARIABLE = "var-"
RANGES = {
    "now-5m": "5 phút qua",
    "now-15m": "15 phút qua",
    "now-30m": "30 phút qua",
    "now-1h": "1 giờ qua",
    "now-3h": "3 giờ qua",
    "now-6h": "6 giờ qua",
    "now-12h": "12 giờ qua",
    "now-24h": "24 giờ qua",
    "now-2d": "2 ngày qua",
    "now-7d": "7 ngày qua",
    "now-30d": "30 ngày qua",
    "now-90d": "90 ngày qua",
    "now-180d": "180 ngày qua",
}
REFRESHES = {
    "": "tắt",
    "5s": "5 giây",
    "10s": "10 giây",
    "30s": "30 giây",
    "1m": "1 phút",
    "5m": "5 phút",
}


@dataclass(frozen=True)
class State:
    """The shown state of a dashboard. ``chosen`` has variables' values as in the address."""

    uid: str
    start: str
    end: str
    refresh_s: float
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    kiosk: bool = False
    opened: frozenset[int] = frozenset()
    """Ids of the collapsed rows that are open."""

    @property
    def address(self) -> str:
        """The path and query that lead to this state."""
        return f"/d/{quote(self.uid)}?{self.query}"

    @property
    def query(self) -> str:
        """The query of that address."""
        rows = [("opened", str(one)) for one in sorted(self.opened)]
        parts = [("from", self.start), ("to", self.end), *self.variables, *rows]
        return urlencode(parts) + ("&kiosk" if self.kiosk else "")

    @property
    def variables(self) -> list[tuple[str, str]]:
        """Pairs of ``var-<name>`` and value, one for each value."""
        return [(VARIABLE + name, one) for name, values in self.chosen.items() for one in values]

    def choose(self, name: str, values: tuple[str, ...]) -> "State":
        """The same state with another choice of one variable."""
        return replace(self, chosen={**self.chosen, name: values})

    def time(self, zone: ZoneInfo, now: datetime) -> TimeRange:
        """The time range. Its relative ends are rounded up to whole refreshes.

        All viewers of the same dashboard within a refresh therefore run the same queries.
        """
        step = max(self.refresh_s, 1.0)
        tick = datetime.fromtimestamp(-(-now.timestamp() // step) * step, UTC)
        start, end = (
            at or times.moment(text, tick, zone, end=is_end)
            for text, is_end in ((self.start, False), (self.end, True))
            for at in (_absolute(text),)
        )
        if end <= start:
            end = start + timedelta(minutes=1)
        return TimeRange(start, end)


def read_state(dashboard: Dashboard, parameters: Iterable[tuple[str, str]]) -> State:
    """The state of an address. The dashboard's own replaces missing and invalid parts."""
    given = list(parameters)
    first = dict(reversed(given))
    chosen: dict[str, tuple[str, ...]] = {}
    for name, value in given:
        if name.startswith(VARIABLE):
            key = name.removeprefix(VARIABLE)
            chosen[key] = (*chosen.get(key, ()), value)
    start, end = first.get("from", ""), first.get("to", "")
    if not (_is_time(start) and _is_time(end)):
        start, end = dashboard.time_from, dashboard.time_to
    return State(
        uid=dashboard.uid,
        start=start,
        end=end,
        refresh_s=seconds_of(first.get("refresh")) or dashboard.refresh_s,
        chosen=chosen,
        kiosk=first.get("kiosk", "no") not in ("no", "false", "0"),
        opened=frozenset(
            int(value) for name, value in given if name == "opened" and value.isdigit()
        ),
    )


def range_words(state: State, zone: ZoneInfo) -> str:
    """The range in Vietnamese words."""
    if state.end == "now" and state.start in RANGES:
        return RANGES[state.start]
    start, end = _absolute(state.start), _absolute(state.end)
    if start and end:
        return f"{start.astimezone(zone):%H:%M %d/%m} – {end.astimezone(zone):%H:%M %d/%m/%Y}"
    return f"{state.start} – {state.end}"


def _absolute(text: str) -> datetime | None:
    """The time in ``text``, from epoch milliseconds or ISO 8601; None for a relative one."""
    try:
        if text.isdigit():
            return datetime.fromtimestamp(int(text) / 1000, UTC)
        at = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _is_time(text: str) -> bool:
    if _absolute(text):
        return True
    try:
        times.moment(text, datetime.now(UTC), ZoneInfo("UTC"))
    except TimeError:
        return False
    return True
