"""When dossiers are received: on paper in office hours, online at any time."""

from collections.abc import Iterable
from datetime import date, datetime, time
from random import Random

from producers.calendar import OFFICE, ZONE, add_working
from producers.drawing import Weighted

SLOT_S = 1_800
_SLOT_MS = SLOT_S * 1000


class Receptions:
    """Instants from the day ``first`` up to ``until``, weighted by office activity.

    ``until`` lies at the end of a slot of half an hour.
    """

    def __init__(self, first: date, until: datetime) -> None:
        self.begin_ms = round(datetime.combine(first, time(), ZONE).timestamp()) * 1000
        self.end_ms = round(until.timestamp()) * 1000 - 1
        """The last millisecond before ``until``."""
        slots = range(self.begin_ms, self.end_ms, _SLOT_MS)
        self._any_time = _lively(slots)
        self._office_hours = _lively(ms for ms in slots if add_working(ms, SLOT_S) == ms + _SLOT_MS)

    def draw(self, rng: Random, *, is_online: bool) -> int:
        """A reception's instant, in milliseconds since 1970."""
        slots = self._any_time if is_online else self._office_hours
        return slots.draw(rng) + int(rng.random() * _SLOT_MS)


def _lively(slots: Iterable[int]) -> Weighted[int]:
    return Weighted.of({ms: OFFICE.factor(ms) for ms in slots})
