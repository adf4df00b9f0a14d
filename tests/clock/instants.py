"""The instants that tests are run at, in the province's local time."""

from datetime import datetime
from zoneinfo import ZoneInfo

INSTANT = "TEST_INSTANT"
"""The variable that names the one at which tests run."""

INSTANTS = {
    "monday": "2026-12-07 07:00:00",
    "friday": "2026-12-04 16:59:00",
    "sunday": "2026-12-06 12:00:00",
    "tet": "2027-02-07 12:00:00",
    "national-day": "2027-09-02 10:00:00",
    "month-end": "2027-03-31 23:59:00",
    "year-end": "2026-12-31 23:59:00",
    "utc-midnight": "2026-12-10 06:59:30",
    "leap-day": "2028-02-29 12:00:00",
    "step": "2026-12-09 10:00:00",
}
"""Before a day of offices and before their closing; days they are closed on; borders, each of which
is crossed a moment later; a day that other years lack; and one on which the clock is set."""

STEPS = {"step": ((20, 2 * 3600), (50, -3600))}
"""Seconds after a test began, and seconds by which the clock is set then."""


def seconds(name: str) -> float:
    """The instant of that name, in seconds since 1970."""
    zone = ZoneInfo("Asia/Ho_Chi_Minh")
    return datetime.fromisoformat(INSTANTS[name]).replace(tzinfo=zone).timestamp()
