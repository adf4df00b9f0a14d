"""Simulated platforms LGSP and NDXP: calls of 21 systems, their connections, outages.

Invented magnitudes: some 80,000 calls a day, nearly all over connections in production.
"""

from collections.abc import Iterator
from random import Random
from typing import Any

from contracts.reference.reporters import PlatformSystem
from producers.calendar import DAY_S, Shape
from producers.drawing import Weighted, delay_ms, generator, poisson
from producers.identity import Namer
from producers.outages import Outages
from producers.simulator import LATE_S, Pace, Planned, World, envelope

PER_DAY = 80_000
SLOT_S, STATE_S = 60, 3_600
CALLS = {
    "giai-quyet-tthc": 24,
    "van-ban-dieu-hanh": 20,
    "danh-muc-dung-chung": 12,
    "cong-ttdt": 9,
    "ho-tich": 7,
    "thanh-toan-dvc": 7,
    "bao-hiem-xa-hoi": 6,
    "vpostcode": 5,
    "dang-ky-kinh-doanh": 3,
    "he-thong-bao-cao": 3,
    "ly-lich-tu-phap": 2,
    "csdl-vbqppl": 1,
    "ma-so-ngan-sach": 0.6,
}
ON_TRIAL = 0.05
"""Weight of the calls of a system on trial, and of one without a weight above."""
FAILED, FAILED_ON_TRIAL = 0.008, 0.06
TIMED_OUT = 0.3
"""Share of failed calls."""
TIMEOUT_MS = 30_000
MEDIAN_MS, SPREAD, SLOWER_ON_TRIAL = 160, 0.6, 1.8
MEDIAN_BYTES = 3_000

# fmt: off
OFFICES_AND_MACHINES = Shape(
    hours=(0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.5, 1.2, 2.2, 2.3, 2.2, 1.4,
           0.8, 1.6, 2.1, 2.1, 1.8, 0.9, 0.6, 0.6, 0.5, 0.5, 0.4, 0.3),
    weekdays=(1.15, 1.1, 1.1, 1.1, 1.1, 0.6, 0.5), day_off=0.4,
)
"""Calls follow office hours, but machines also synchronise at night."""
# fmt: on


class PlatformSimulator:
    """All systems of the platforms."""

    name = "platform"
    slot_s = SLOT_S
    life_s = SLOT_S + LATE_S
    history_h = 3.0

    def __init__(self, world: World) -> None:
        self._seed = world.seed
        self._namer = Namer(world.seed, self.name)
        self._province = world.units.province.code
        weights = {each: CALLS.get(each.system, ON_TRIAL) for each in world.reference.platform}
        total = sum(weights.values())
        self._per_s = {each: PER_DAY * w / total / DAY_S for each, w in weights.items()}
        self.natural_rate = PER_DAY / DAY_S
        self.fixed_rate = len(self._per_s) / STATE_S
        self._outages = Outages(world.seed, DAY_S, chance=0.08, lasts_s=(600, 3_600))

    def events(self, start_s: int, pace: Pace) -> Iterator[Planned]:
        """The calls of the slot, and the states of connections."""
        slot_s = pace.slot_s(self.slot_s)
        factor = pace.factor(OFFICES_AND_MACHINES, start_s * 1000)
        for system, per_s in self._per_s.items():
            yield from self._states(system, start_s, slot_s)
            if self._outages.is_down(system.system, start_s):
                continue
            rng = generator(self._seed, self.name, system.system, start_s, pace.scale)
            for number in range(poisson(rng, per_s * slot_s * factor)):
                at_ms = start_s * 1000 + int(rng.random() * slot_s * 1000)
                name = f"{start_s}|{pace.scale}|{number}"
                yield self._event(system, "call", at_ms, name, _answered(system, rng))

    def _states(self, system: PlatformSystem, start_s: int, slot_s: int) -> Iterator[Planned]:
        """Its state, if that changed in the slot, and once an hour."""
        is_down = self._outages.is_down(system.system, start_s)
        changed = is_down is not self._outages.is_down(system.system, start_s - slot_s)
        phase = int(self._namer.item(system.system), 16) % STATE_S
        if changed or (phase - start_s) % STATE_S < slot_s:
            state = "down" if is_down else system.connection
            yield self._event(system, "connection", start_s * 1000, f"{start_s}", {"state": state})

    def _event(
        self, system: PlatformSystem, kind: str, at_ms: int, name: str, fields: dict[str, Any]
    ) -> Planned:
        event_id = self._namer.event_id(f"{system.system}|{kind}|{name}")
        event = envelope(self.name, kind, self._province, event_id, at_ms)
        event["platform"] = system.platform
        event["system"] = system.system
        event |= fields
        return Planned(at_ms + delay_ms(Random(event_id)), self._province, event)


STATUSES = Weighted.of({"error": 1 - TIMED_OUT, "timeout": TIMED_OUT})
DIRECTIONS = Weighted.of({"outbound": 0.6, "inbound": 0.4})


def _answered(system: PlatformSystem, rng: Random) -> dict[str, Any]:
    """The outcome of a call."""
    on_trial = system.connection == "trial"
    failed = rng.random() < (FAILED_ON_TRIAL if on_trial else FAILED)
    status = STATUSES.draw(rng) if failed else "ok"
    median = MEDIAN_MS * (SLOWER_ON_TRIAL if on_trial else 1)
    latency = TIMEOUT_MS if status == "timeout" else int(median * rng.lognormvariate(0, SPREAD))
    return {
        "direction": DIRECTIONS.draw(rng),
        "status": status,
        "latency_ms": min(latency, TIMEOUT_MS),
        "bytes": int(MEDIAN_BYTES * rng.lognormvariate(0, 1.2)) if status == "ok" else 0,
    }
