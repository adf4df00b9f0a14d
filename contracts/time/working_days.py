"""Working days of offices: neither weekends nor days off, in the province's local time."""

from datetime import date, timedelta
from functools import lru_cache

from contracts.time.holidays import SATURDAY, Holidays, load_holidays

DAY_S = 86_400
OFFSET_S = 7 * 3600
"""Vietnam has kept UTC+7 without summer time since 1975."""
_EPOCH = date(1970, 1, 1)


def local_day(ms: int) -> int:
    """The local day, in days since 1970-01-01, from milliseconds since 1970."""
    return (ms // 1000 + OFFSET_S) // DAY_S


@lru_cache(maxsize=1)
def _known() -> Holidays:
    return load_holidays()


@lru_cache(maxsize=128)
def holidays(year: int) -> frozenset[date]:
    """Public holidays of a year, with the days off that replace those on a weekend.

    Lunar holidays are known for some years only, see contracts/data/holidays.csv.
    """
    return frozenset(off.day for off in _known().days_off(year))


@lru_cache(maxsize=8192)
def is_working(day: int) -> bool:
    """Whether offices work on that local day (days since 1970-01-01)."""
    when = _EPOCH + timedelta(days=day)
    return when.weekday() < SATURDAY and when not in holidays(when.year)


@lru_cache(maxsize=8192)
def working_days(first: int, last: int) -> int:
    """Number of working days after the local day ``first``, up to and including ``last``.

    Administrative time limits count this way: the day of reception is not one of them. 0 on the
    same day, or if the days are reversed. Looks at no more than 366 days.
    """
    return sum(map(is_working, range(first + 1, min(last, first + 366) + 1)))
