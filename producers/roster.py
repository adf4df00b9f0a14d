"""The base of simulators that report by the clock: schools, lodgings, health stations."""

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any, NamedTuple

from producers.calendar import DAY_S, local_day
from producers.drawing import delay_ms, generator, poisson
from producers.identity import Namer
from producers.simulator import LATE_S, Pace, Planned, World, envelope

HOUR_S, HOUR_MS = 3_600, 3_600_000
_OFFSET_H = 7


class Duty(NamedTuple):
    """A report on days of its own, in one hour (0-23) of the local day."""

    kind: str
    district: str
    reporter: str
    hour: int


class RosterSimulator(ABC):
    """Reports by roster; with a rate set by the user, of anyone at any time.

    ``per_day`` is the mean number of reports on a day, over a year.
    """

    name: str
    slot_s = HOUR_S
    life_s = HOUR_S + LATE_S
    history_h: float
    fixed_rate = 0.0

    def __init__(self, world: World, roster: Sequence[Duty], per_day: float) -> None:
        self.natural_rate = per_day / DAY_S
        self._seed = world.seed
        self._namer = Namer(world.seed, self.name)
        self._roster = roster
        self._by_hour: dict[int, list[Duty]] = defaultdict(list)
        for duty in roster:
            self._by_hour[duty.hour].append(duty)

    @abstractmethod
    def is_due(self, duty: Duty, day: int, rng: Random) -> bool:
        """Whether there is a report on that local day (days since 1970-01-01)."""

    @abstractmethod
    def fields(self, duty: Duty, day: int, rng: Random) -> dict[str, Any]:
        """The content of a report of that day."""

    def events(self, start_s: int, pace: Pace) -> Iterator[Planned]:
        """The reports of the slot."""
        day = local_day(start_s * 1000)
        if pace.flat:
            yield from self._any(start_s, day, pace)
            return
        for duty in self._by_hour[(start_s // HOUR_S + _OFFSET_H) % 24]:
            rng = generator(self._seed, self.name, duty.kind, duty.reporter, start_s)
            if self.is_due(duty, day, rng):
                at_ms = start_s * 1000 + int(rng.random() * HOUR_MS)
                yield self._report(duty, day, at_ms, rng, f"{start_s}")

    def _any(self, start_s: int, day: int, pace: Pace) -> Iterator[Planned]:
        slot_s = pace.slot_s(self.slot_s)
        rng = generator(self._seed, self.name, start_s, pace.scale)
        for number in range(poisson(rng, self.natural_rate * pace.scale * slot_s)):
            duty = rng.choice(self._roster)
            at_ms = start_s * 1000 + int(rng.random() * slot_s * 1000)
            yield self._report(duty, day, at_ms, rng, f"{start_s}|{pace.scale}|{number}")

    def _report(self, duty: Duty, day: int, at_ms: int, rng: Random, name: str) -> Planned:
        event_id = self._namer.event_id(f"{duty.kind}|{duty.reporter}|{name}")
        event = envelope(self.name, duty.kind, duty.district, event_id, at_ms)
        event |= self.fields(duty, day, rng)
        return Planned(at_ms + delay_ms(rng), duty.district, event)
