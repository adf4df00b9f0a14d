"""Time ranges of dashboards: ``now-24h``, ``now/d``, and the widths that points are grouped by."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from contracts.errors import IocError

_RELATIVE = re.compile(r"now((?:[+-]\d+[smhdwMy])*)(?:/([hdwMy]))?")
_STEP = re.compile(r"([+-]\d+)([smhdwMy])")
_UNIT_S = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604_800}
_LADDER_MS = (
    *((10, 1), (15, 10), (35, 20), (75, 50), (150, 100), (350, 200), (750, 500)),
    *((1500, 1000), (3500, 2000), (7500, 5000), (12_500, 10_000), (17_500, 15_000)),
    *((25_000, 20_000), (45_000, 30_000), (90_000, 60_000), (210_000, 120_000)),
    *((450_000, 300_000), (750_000, 600_000), (1_050_000, 900_000), (1_500_000, 1_200_000)),
    *((2_700_000, 1_800_000), (5_400_000, 3_600_000), (9_000_000, 7_200_000)),
    *((16_200_000, 10_800_000), (32_400_000, 21_600_000), (86_400_000, 43_200_000)),
    *((604_800_000, 86_400_000), (1_814_400_000, 604_800_000), (3_628_800_000, 2_592_000_000)),
)
"""Pairs (below, width) in ms: Grafana rounds intervals below the first to the second."""
_YEAR_MS = 31_536_000_000
_TEXT_UNITS = ((_YEAR_MS, "y"), (86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1000, "s"))


class TimeError(IocError):
    """A dashboard's time has no form that Grafana knows."""


@dataclass(frozen=True)
class TimeRange:
    """From ``start`` to ``end``, both included and in UTC."""

    start: datetime
    end: datetime

    @property
    def milliseconds(self) -> int:
        """Its length in ms."""
        return (self.end - self.start) // timedelta(milliseconds=1)


def moment(text: str, now: datetime, zone: ZoneInfo, *, end: bool = False) -> datetime:
    """The instant that ``now``, ``now-6h`` or ``now-1d/d`` names, in UTC.

    ``/d`` rounds to the beginning of the day in ``zone``, or to the day's last millisecond if the
    instant is the ``end`` of a range. Raises TimeError.
    """
    match = _RELATIVE.fullmatch(text)
    if match is None:
        raise TimeError(f"{text!r} is no time of a dashboard: write for example now-24h or now/d")
    local = now.astimezone(zone)
    for count, unit in _STEP.findall(match[1]):
        local = _moved(local, int(count), unit)
    if match[2]:
        local = _floored(local, match[2])
        if end:
            local = _moved(local, 1, match[2]) - timedelta(milliseconds=1)
    return local.astimezone(UTC)


def time_range(start: str, end: str, now: datetime, zone: ZoneInfo) -> TimeRange:
    """The range between two such instants. Raises TimeError."""
    return TimeRange(moment(start, now, zone), moment(end, now, zone, end=True))


def rounded_ms(milliseconds: float) -> int:
    """The width in ms to which Grafana rounds an interval."""
    return next((width for below, width in _LADDER_MS if milliseconds < below), _YEAR_MS)


def interval_text(milliseconds: int) -> str:
    """An interval in the form of ``$__interval``, such as ``5m`` or ``1d``; drops the remainder."""
    for size, unit in _TEXT_UNITS:
        if milliseconds >= size:
            return f"{milliseconds // size}{unit}"
    return f"{milliseconds}ms"


def _moved(local: datetime, count: int, unit: str) -> datetime:
    if unit in "hms":  # these have a fixed length; days follow the calendar
        return (local.astimezone(UTC) + timedelta(seconds=count * _UNIT_S[unit])).astimezone(
            local.tzinfo
        )
    if unit in "dw":
        return local + timedelta(seconds=count * _UNIT_S[unit])
    months = local.year * 12 + local.month - 1 + count * (12 if unit == "y" else 1)
    year, month = divmod(months, 12)
    day = min(local.day, monthrange(year, month + 1)[1])
    return local.replace(year=year, month=month + 1, day=day)


def _floored(local: datetime, unit: str) -> datetime:
    hour = local.replace(minute=0, second=0, microsecond=0)
    if unit == "h":
        return hour
    day = hour.replace(hour=0)
    if unit == "d":
        return day
    if unit == "w":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if unit == "M" else day.replace(day=1, month=1)
