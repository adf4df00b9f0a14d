"""A point in time as people give it on the command line."""

import re
from datetime import UTC, datetime, timedelta

from contracts.errors import IocError

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
"""No event may be older."""
_BACK = re.compile(r"(\d{1,6})(m|h|d)")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def parse_since(text: str, now: datetime) -> datetime:
    """``24h`` (also m, d) before ``now``, or a date or time of ISO 8601; UTC where it has no zone.

    Raises IocError for anything else.
    """
    at: datetime | None
    back = _BACK.fullmatch(text)
    try:
        if back:
            at = now - timedelta(**{_UNITS[back[2]]: int(back[1])})
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
