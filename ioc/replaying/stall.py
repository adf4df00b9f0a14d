"""Ends a wait that makes no progress."""

import time
from collections.abc import Callable

from contracts.errors import UnavailableError

LIMIT_S = 60.0


class Stall:
    """Watches a value that has to change within 60 s."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last: tuple[object, float] | None = None

    def check(self, state: object, sentence: str) -> None:
        """Raise UnavailableError if ``state`` has not changed for too long."""
        now = self._clock()
        if self._last is None or self._last[0] != state:
            self._last = (state, now)
        elif now - self._last[1] > LIMIT_S:
            raise UnavailableError(f"{sentence}; no progress for {LIMIT_S:.0f} s")
