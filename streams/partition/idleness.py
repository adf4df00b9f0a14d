"""Lets the watermark of an idle partition follow the clock."""

from collections.abc import Callable

from contracts.time.steady import steady_s
from streams.kafka.broker_clock import BrokerClock


class Idleness:
    """Measures silence by a steady clock, and takes the time of day from the broker."""

    def __init__(
        self, clock: BrokerClock, idle_s: float, steady: Callable[[], float] = steady_s
    ) -> None:
        self._clock = clock
        self._idle_s = idle_s
        self._steady = steady
        self._active_s = steady()

    def heard(self) -> None:
        """Note that a batch came, or that the partition was assigned, just now."""
        self._active_s = self._steady()

    def watermark_s(self, by_events_s: float, *, is_read: bool) -> float:
        """The watermark in seconds since 1970; ``by_events_s`` is the one that events support.

        For a partition that ``is_read`` to its end and silent for longer than the idle limit, it is
        the clock's time less that limit. It may go back when the clock does; no event is dropped
        because of it.
        """
        is_idle = is_read and self._steady() - self._active_s > self._idle_s
        if not is_idle or not self._clock.is_known:
            return by_events_s
        return max(by_events_s, self._clock() - self._idle_s)
