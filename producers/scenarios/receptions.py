"""When dossiers are received: on paper in office hours, online at any time."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from random import Random

from producers.calendar import OFFICE, ZONE, add_working
from producers.drawing import Weighted

SLOT_S = 1_800
_SLOT_MS = SLOT_S * 1000


class Receptions:
    """Instants of the days from ``first`` to ``last`` (inclusive), weighted by office activity."""

    def __init__(self, first: date, last: date) -> None:
        self.begin_ms = _midnight(first)
        self.end_ms = _midnight(last + timedelta(days=1)) - 1
        """The last millisecond of the last day."""
        slots = range(self.begin_ms, self.end_ms, _SLOT_MS)
        self._any_time = _lively(slots)
        self._office_hours = _lively(ms for ms in slots if add_working(ms, SLOT_S) == ms + _SLOT_MS)

    def draw(self, rng: Random, *, is_online: bool) -> int:
        """A reception's instant, in milliseconds since 1970."""
        slots = self._any_time if is_online else self._office_hours
        return slots.draw(rng) + int(rng.random() * _SLOT_MS)


def _lively(slots: Iterable[int]) -> Weighted[int]:
    return Weighted.of({ms: OFFICE.factor(ms) for ms in slots})


def _midnight(day: date) -> int:
    """The beginning of a local day, in milliseconds since 1970."""
    return round(datetime.combine(day, time(), ZONE).timestamp()) * 1000
