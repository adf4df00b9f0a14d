"""Periods and points in time as people write them on the command line."""

import re
from datetime import UTC, datetime, timedelta

from contracts.errors import IocError

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
"""No event may be older."""
_SECONDS = {"d": 86_400, "h": 3_600, "m": 60}
_FORM = re.compile(r"([0-9]{1,6})([mhd])")


def seconds_of(text: str) -> int:
    """The seconds of minutes, hours or days: ``90m``, ``24h``, ``7d``. Raises IocError."""
    match = _FORM.fullmatch(text)
    if not match or not int(match[1]):
        raise IocError(f"--since {text!r}: write a number with m, h or d, such as 90m, 24h or 7d")
    return int(match[1]) * _SECONDS[match[2]]


def period(seconds: int) -> str:
    """The text that ``seconds_of`` parses, in the largest unit that fits; 24 hours stay hours."""
    fits = (unit for unit, size in _SECONDS.items() if seconds % size == 0 and seconds > size)
    unit = next(fits, "m")
    return f"{seconds // _SECONDS[unit]}{unit}"


def parse_since(text: str, now: datetime) -> datetime:
    """``24h`` (also m, d) before ``now``, or a date or time of ISO 8601; UTC if it has no zone.

    Raises IocError for anything else.
    """
    at: datetime | None
    try:
        if _FORM.fullmatch(text):
            at = now - timedelta(seconds=seconds_of(text))
        else:
            at = datetime.fromisoformat(text)
        at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        at = None
    if at is None or not EARLIEST <= at <= now:
        raise IocError(
            f"--since {text}: give how far to look back (90m, 24h, 7d), a date (2026-11-23) or a "
            "time (2026-11-23T09:00+07:00) of the past"
        )
    return at
