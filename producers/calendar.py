"""The province's clock: local time, public holidays, working hours, activity of each hour."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

from contracts.time.working_days import DAY_S as DAY_S
from contracts.time.working_days import OFFSET_S
from contracts.time.working_days import holidays as holidays
from contracts.time.working_days import is_working as is_working
from contracts.time.working_days import local_day as local_day

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
HALF_DAYS = ((7.5 * 3600, 11.5 * 3600), (13 * 3600, 17 * 3600))
"""Office hours as seconds of the local day: 7:30-11:30 and 13:00-17:00."""
WORKING_DAY_S = 8 * 3600
OFFICE_END_S = 17 * 3600

_EPOCH = date(1970, 1, 1)


def at_second(day: int, second: float) -> int:
    """Milliseconds since 1970 of a second of a local day."""
    return round((day * DAY_S - OFFSET_S + second) * 1000)


def local_time(ms: int) -> datetime:
    """The local wall time, from milliseconds since 1970."""
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(ZONE)


@lru_cache(maxsize=8192)
def is_tet(day: date) -> bool:
    """Whether it is a day off for Tết, which falls between 20 January and the end of February."""
    return (1, 20) <= (day.month, day.day) < (3, 1) and day in holidays(day.year)


def due_after(start_ms: int, days: int) -> int:
    """The end (17:00) of the n-th working day after the day of ``start_ms``, in milliseconds."""
    day = local_day(start_ms)
    while days > 0:
        day += 1
        days -= is_working(day)
    return at_second(day, OFFICE_END_S)


def add_working(start_ms: int, seconds: float) -> int:
    """The instant (milliseconds since 1970) after ``seconds`` of office hours."""
    day = local_day(start_ms)
    second = (start_ms - at_second(day, 0)) / 1000
    while True:
        if is_working(day):
            for begin, end in HALF_DAYS:
                start = max(second, begin)
                if start < end:
                    if seconds <= end - start:
                        return at_second(day, start + seconds)
                    seconds -= end - start
        day, second = day + 1, 0.0


@dataclass(frozen=True)
class Shape:
    """Activity by hour: weights of the hours of a day, of the weekdays, and of days off.

    ``day_off`` replaces the weekday's weight on a public holiday. Only ratios matter.
    """

    hours: tuple[float, ...]
    weekdays: tuple[float, ...]
    day_off: float

    @cached_property
    def _mean(self) -> float:
        return sum(self.hours) / len(self.hours) * sum(self.weekdays) / len(self.weekdays)

    def factor(self, ms: int) -> float:
        """The rate at that instant as a multiple of the mean over an ordinary week."""
        day = local_day(ms)
        when = _EPOCH + timedelta(days=day)
        hour = (ms - at_second(day, 0)) // 3_600_000
        is_off = when in holidays(when.year)
        weight = self.day_off if is_off else self.weekdays[when.weekday()]
        return self.hours[hour] * weight / self._mean


# fmt: off
OFFICE = Shape(
    hours=(0.02, 0.01, 0.01, 0.01, 0.02, 0.1, 0.3, 2.2, 5.5, 6.0, 5.5, 3.0,
           0.8, 3.2, 5.0, 5.2, 4.0, 1.2, 0.6, 0.5, 0.5, 0.4, 0.2, 0.05),
    weekdays=(1.2, 1.1, 1.05, 1.0, 1.0, 0.12, 0.06), day_off=0.05,
)
"""Offices and their clients, with some online filing at night and on weekends."""

ROADS = Shape(
    hours=(0.15, 0.1, 0.08, 0.1, 0.25, 0.7, 1.5, 2.1, 1.6, 1.3, 1.3, 1.4,
           1.1, 1.1, 1.2, 1.4, 1.8, 2.2, 1.6, 1.1, 0.8, 0.6, 0.4, 0.25),
    weekdays=(1.0, 0.97, 0.97, 1.0, 1.1, 1.05, 0.95), day_off=1.15,
)
"""Vehicles: two peaks a day, more on Fridays and holidays."""

NEWS = Shape(
    hours=(0.2, 0.1, 0.1, 0.1, 0.2, 0.6, 1.2, 1.8, 2.0, 1.9, 1.8, 1.5,
           1.0, 1.2, 1.6, 1.8, 1.8, 1.5, 1.1, 1.0, 0.9, 0.8, 0.6, 0.4),
    weekdays=(1.05, 1.1, 1.1, 1.1, 1.05, 0.8, 0.75), day_off=0.6,
)
"""Newsrooms: mornings and late afternoons, thinner on weekends."""
# fmt: on
