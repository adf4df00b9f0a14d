"""Outages of devices and systems: seeded, the same in every process."""

from dataclasses import dataclass
from functools import lru_cache

from producers.drawing import generator


@dataclass(frozen=True)
class Outages:
    """At most one outage of ``lasts_s`` in each period of ``period_s`` seconds, by ``chance``
    (0-1).
    """

    seed: int
    period_s: int
    chance: float
    lasts_s: tuple[int, int]

    def is_down(self, device: str, at_s: int) -> bool:
        """Whether it is down at that time, in seconds since 1970."""
        start_s, end_s = _drawn(self, device, at_s // self.period_s)
        return start_s <= at_s < end_s


@lru_cache(maxsize=4_096)
def _drawn(outages: Outages, device: str, period: int) -> tuple[int, int]:
    """Start and end of the outage in a period; equal if there is none."""
    rng = generator(outages.seed, "outage", device, period)
    if rng.random() >= outages.chance:
        return 0, 0
    length = rng.randint(*outages.lasts_s)
    start_s = period * outages.period_s + rng.randrange(outages.period_s - length)
    return start_s, start_s + length
