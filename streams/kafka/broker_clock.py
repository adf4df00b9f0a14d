"""The broker's time: a worker's own clock may leap, stand still or be set back."""

from collections.abc import Callable

from contracts.time.steady import steady_s


class BrokerClock:
    """Seconds since 1970. Thread-safe.

    It takes the broker's stamp of each confirmed message, and continues from the last stamp by a
    steady clock. ``own`` gives the time before the first stamp, and for a broker that stamps none.
    """

    def __init__(self, own: Callable[[], float], steady: Callable[[], float] = steady_s) -> None:
        self._own = own
        self._steady = steady
        self._ahead_s: float | None = None
        self.is_known = False
        """Whether any message was confirmed: before that, it is open whether the broker stamps."""

    def confirmed(self, stamp_ms: int | None) -> None:
        """Note a confirmed message and its stamp (ms since 1970; None without one)."""
        self._ahead_s = None if stamp_ms is None else stamp_ms / 1000 - self._steady()
        self.is_known = True

    def __call__(self) -> float:
        """The current time, in seconds since 1970."""
        ahead_s = self._ahead_s
        return self._own() if ahead_s is None else ahead_s + self._steady()
