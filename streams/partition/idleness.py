"""How a partition's watermark follows the clock once nothing comes any more."""

from collections.abc import Callable

from contracts.time.steady import steady_s
from streams.kafka.broker_clock import BrokerClock


class Idleness:
    """Silence is measured by a clock that nobody sets; what time it is, the broker says."""

    def __init__(
        self, clock: BrokerClock, idle_s: float, steady: Callable[[], float] = steady_s
    ) -> None:
        self._clock = clock
        self._idle_s = idle_s
        self._steady = steady
        self._active_s = steady()

    def heard(self) -> None:
        """Something came, or the partition was taken up, this moment."""
        self._active_s = self._steady()

    def watermark_s(self, by_events_s: float, *, is_read: bool) -> float:
        """Seconds since 1970 up to which events are complete, given what the events say.

        Of a partition that ``is_read`` to its end and long silent it is the clock's time less the
        idle limit. That may go back again, where the clock does: nothing is dropped for it.
        """
        is_idle = is_read and self._steady() - self._active_s > self._idle_s
        if not is_idle or not self._clock.is_known:
            return by_events_s
        return max(by_events_s, self._clock() - self._idle_s)
