"""What time it is by the broker: a worker's own clock may leap, stand still or be set back."""

from collections.abc import Callable

from contracts.time.steady import steady_s


class BrokerClock:
    """Seconds since 1970. Thread-safe.

    Told of each message that the broker confirmed, and of the stamp that it put on it, it goes on
    from the last stamp by a clock that nobody sets. While no stamp has come, and over a broker that
    stamps nothing, ``own`` is what it goes by.
    """

    def __init__(self, own: Callable[[], float], steady: Callable[[], float] = steady_s) -> None:
        self._own = own
        self._steady = steady
        self._ahead_s: float | None = None
        self.is_known = False
        """Has any message been confirmed? Before that nobody knows whether the broker stamps."""

    def confirmed(self, stamp_ms: int | None) -> None:
        """Take note of a confirmed message and its stamp (ms since 1970), None without one."""
        self._ahead_s = None if stamp_ms is None else stamp_ms / 1000 - self._steady()
        self.is_known = True

    def __call__(self) -> float:
        """What time it is."""
        ahead_s = self._ahead_s
        return self._own() if ahead_s is None else ahead_s + self._steady()
