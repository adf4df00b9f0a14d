"""Working days of offices: neither a weekend nor a day off, in the province's local time."""

from datetime import date, timedelta
from functools import lru_cache

from contracts.time.holidays import SATURDAY, Holidays, load_holidays

DAY_S = 86_400
OFFSET_S = 7 * 3600
"""Vietnam has kept UTC+7 without summer time since 1975."""
_EPOCH = date(1970, 1, 1)


def local_day(ms: int) -> int:
    """The local day, in days since 1970-01-01, of milliseconds since 1970."""
    return (ms // 1000 + OFFSET_S) // DAY_S


@lru_cache(maxsize=1)
def _known() -> Holidays:
    return load_holidays()


@lru_cache(maxsize=128)
def holidays(year: int) -> frozenset[date]:
    """Public holidays of a year, with the days off in lieu of those on a weekend.

    The lunar days are known for some years only, see contracts/data/holidays.csv.
    """
    return frozenset(off.day for off in _known().days_off(year))


@lru_cache(maxsize=8192)
def is_working(day: int) -> bool:
    """Do offices work on that local day (days since 1970-01-01)?"""
    when = _EPOCH + timedelta(days=day)
    return when.weekday() < SATURDAY and when not in holidays(when.year)


@lru_cache(maxsize=8192)
def working_days(first: int, last: int) -> int:
    """How many working days lie after the local day ``first``, up to ``last`` with it.

    Administrative time limits count so (the day of reception is not one of them): 0 on the same
    day, and where the days are reversed. At most 366 days are looked at.
    """
    return sum(map(is_working, range(first + 1, min(last, first + 366) + 1)))
