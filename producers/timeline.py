"""A feed's timeline: its messages in order of publication, drawn slot by slot as time passes."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass

from producers.checkpoint import Checkpoint
from producers.faults import Faults, Message
from producers.simulator import Pace, Simulator

FLAT_HISTORY = 20_000
"""The most events to catch up with if the user set a rate."""


@dataclass(frozen=True)
class Span:
    """Where a timeline begins: items born from ``origin_ms``, messages due from ``from_ms`` on."""

    origin_ms: int
    from_ms: int


def pace_of(simulator: Simulator, rate: float | None) -> Pace:
    """The natural pace, or the flat one that gives ``rate`` events/s on average.

    Below the fixed rate (the cameras' heartbeats) little else is left, but never nothing.
    """
    if rate is None or not simulator.natural_rate:  # there may be nothing that could report
        return Pace()
    scalable = max(rate - simulator.fixed_rate, 0.01 * rate)
    return Pace(scalable / simulator.natural_rate, flat=True)


def history_s(simulator: Simulator, rate: float | None, hours: float | None) -> float:
    """The most seconds of the past that a run catches up with."""
    seconds = (simulator.history_h if hours is None else hours) * 3600
    return seconds if rate is None else min(seconds, FLAT_HISTORY / rate)


def span_of(plan: str, saved: Checkpoint | None, now_ms: int, history_ms: int) -> Span:
    """Where to begin: after the checkpoint, but no further back than the history reaches.

    Under another plan than the checkpoint's, items are born from the checkpoint on, so that the
    past isn't published a second time with other events.
    """
    earliest_ms = now_ms - history_ms
    if saved is None:
        return Span(earliest_ms, earliest_ms)
    from_ms = max(earliest_ms, min(saved.published_ms, now_ms))
    return Span(saved.origin_ms if saved.plan == plan else from_ms, from_ms)


class Timeline:
    """The messages of one feed. Holds those of open items' lives, not a whole history."""

    def __init__(self, simulator: Simulator, pace: Pace, faults: Faults, span: Span) -> None:
        self._simulator, self._pace, self._faults = simulator, pace, faults
        self._from_ms = span.from_ms
        self._slot_ms = pace.slot_s(simulator.slot_s) * 1000
        born_ms = max(span.origin_ms, span.from_ms - self._look_back_ms())
        self._next_ms = -(-born_ms // self._slot_ms) * self._slot_ms
        self._planned: list[Message] = []

    def take(self, until_ms: int) -> Iterator[Message]:
        """Yield the messages due before ``until_ms``, in order; the caller may stop at any time."""
        planned = self._planned
        while True:
            # a slot publishes nothing before it starts: up to there the order is settled
            settled_ms = min(until_ms, self._next_ms)
            while planned and planned[0].publish_ms < settled_ms:
                yield heapq.heappop(planned)
            if self._next_ms >= until_ms:
                return
            self._draw()

    def _draw(self) -> None:
        for event in self._simulator.events(self._next_ms // 1000, self._pace):
            for message in self._faults.messages(event):
                if message.publish_ms >= self._from_ms:
                    heapq.heappush(self._planned, message)
        self._next_ms += self._slot_ms

    def _look_back_ms(self) -> int:
        """How long before the first message an item may be born whose events are still to come."""
        if not self._pace.flat:
            return self._simulator.life_s * 1000
        # a load test shortens lives: a restart needs the last slots, not days of them
        events_per_s = self._pace.scale * self._simulator.natural_rate
        return int(FLAT_HISTORY / events_per_s * 1000)
