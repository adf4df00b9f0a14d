"""The base of simulators: pure functions from (seed, feed, time slot) to planned events.

The whole life of an item is planned in the slot of its birth. So a producer needs no state but the
time up to which it has published: after a restart it draws the same slots again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from contracts.messages import iso
from contracts.reference.province import Reference, load_reference
from contracts.reference.units import Units
from contracts.settings import Settings
from producers.calendar import Shape
from producers.drawing import LATE_MS

SOURCE = "sim"
LATE_S = LATE_MS[1] // 1000


class Planned(NamedTuple):
    """An event with its publication time (milliseconds since 1970)."""

    publish_ms: int
    key: str
    event: dict[str, Any]


@dataclass(frozen=True)
class World:
    """What all simulators share: the seed and the province."""

    seed: int
    reference: Reference

    @property
    def units(self) -> Units:
        """The units of the province."""
        return self.reference.units

    @classmethod
    def load(cls, settings: Settings) -> "World":
        """Read the data files that ``settings`` names. Raises DataFileError."""
        return cls(settings.seed, load_reference(settings))


@dataclass(frozen=True)
class Pace:
    """The pace of the simulated province.

    Natural (``scale`` 1, not ``flat``): as in reality, with nights and holidays. Flat: the user set
    a number of events a second. The rate is then constant, and above the natural rate lives are
    shortened in proportion, so that as many items are open at a time as in reality.
    """

    scale: float = 1.0
    flat: bool = False

    def factor(self, shape: Shape, ms: int) -> float:
        """The multiple of the natural mean rate at that instant."""
        return self.scale if self.flat else self.scale * shape.factor(ms)

    @property
    def haste(self) -> float:
        """The factor by which lives are shortened; at least 1."""
        return max(1.0, self.scale)

    def hasten(self, born_ms: int, ms: int) -> int:
        """The instant in a life that corresponds to ``ms`` at the natural pace."""
        return ms if self.haste == 1 else born_ms + round((ms - born_ms) / self.haste)

    def slot_s(self, natural_s: int) -> int:
        """The length of a slot: fewer seconds if they hold more events."""
        return max(1, int(natural_s / self.haste))


NATURAL = Pace()


class Simulator(Protocol):
    """One feed's simulator.

    ``slot_s`` is the natural length of a slot, ``life_s`` the longest time from the start of a slot
    to the publication of its last event, ``history_h`` how far back a first run reaches.
    ``natural_rate`` is the mean rate (events/s) that a pace scales, ``fixed_rate`` the rate that it
    doesn't scale.
    """

    @property
    def name(self) -> str: ...  # noqa: D102 - see the class
    @property
    def slot_s(self) -> int: ...  # noqa: D102
    @property
    def life_s(self) -> int: ...  # noqa: D102
    @property
    def history_h(self) -> float: ...  # noqa: D102
    @property
    def natural_rate(self) -> float: ...  # noqa: D102
    @property
    def fixed_rate(self) -> float: ...  # noqa: D102

    def events(self, start_s: int, pace: Pace) -> Iterable[Planned]:
        """The events of the items born in the slot that starts ``start_s`` seconds after 1970.

        Nothing is published before its slot starts. The order is arbitrary.
        """


def envelope(
    feed: str, kind: str, district: str, event_id: str, occurred_ms: int, source: str = SOURCE
) -> dict[str, Any]:
    """The fields of all events; ``source`` is the system that claims to publish them."""
    return {
        "event_id": event_id,
        "feed": feed,
        "kind": kind,
        "district": district,
        "occurred_at": iso(occurred_ms),
        "source": source,
    }
