"""Lives: the events of one item from its birth, and the base of simulators of such items."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from producers.calendar import DAY_S, Shape
from producers.drawing import delay_ms, generator, poisson
from producers.identity import Namer
from producers.simulator import Pace, Planned, World, envelope


@dataclass
class Life:
    """Collects the events of one item, which are published in the order of adding.

    ``common`` holds the fields that all its events carry.
    """

    feed: str
    item: str
    district: str
    born_ms: int
    rng: Random
    namer: Namer
    pace: Pace
    common: dict[str, Any] = field(default_factory=dict)
    planned: list[Planned] = field(default_factory=list)

    def when(self, natural_ms: int) -> int:
        """The instant in this life that corresponds to ``natural_ms`` at the natural pace."""
        return self.pace.hasten(self.born_ms, natural_ms)

    def add(self, kind: str, natural_ms: int, fields: dict[str, Any]) -> str:
        """Plan an event; return its id.

        An event is published after the previous one, however late that was, since a result must not
        arrive before its item.
        """
        occurred_ms = self.when(natural_ms)
        publish_ms = occurred_ms + delay_ms(self.rng)
        if self.planned:
            publish_ms = max(publish_ms, self.planned[-1].publish_ms + 1)
        event_id = self.namer.event_id(f"{self.item}|{kind}|{len(self.planned)}")
        event = envelope(self.feed, kind, self.district, event_id, occurred_ms)
        event |= self.common
        event |= fields
        self.planned.append(Planned(publish_ms, self.district, event))
        return event_id


class LifeSimulator(ABC):
    """A simulator of items that are born in districts at a rate and then live independently."""

    name: str
    slot_s = 600
    life_s: int
    history_h: float
    natural_rate: float
    fixed_rate = 0.0
    shape: Shape

    def __init__(self, world: World, births_per_day: Mapping[str, float]) -> None:
        self._seed = world.seed
        self._births_per_s = {code: rate / DAY_S for code, rate in births_per_day.items()}
        self._namer = Namer(world.seed, self.name)

    @abstractmethod
    def live(self, life: Life) -> None:
        """Add all events of one item's life to ``life``, in order of time."""

    def events(self, start_s: int, pace: Pace) -> Iterator[Planned]:
        """The events of all items born in the slot, district by district."""
        slot_s = pace.slot_s(self.slot_s)
        factor = pace.factor(self.shape, start_s * 1000)
        for district, per_s in self._births_per_s.items():
            rng = generator(self._seed, self.name, district, start_s, pace.scale)
            for number in range(poisson(rng, per_s * slot_s * factor)):
                born_ms = start_s * 1000 + int(rng.random() * slot_s * 1000)
                item = self._namer.item(f"{district}|{start_s}|{pace.scale}|{number}")
                life = Life(self.name, item, district, born_ms, rng, self._namer, pace)
                self.live(life)
                yield from life.planned
