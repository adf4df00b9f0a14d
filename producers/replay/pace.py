"""When a replayed event is due: gaps of event time, divided by the speed."""

import re
from collections.abc import Callable

from producers.replay.errors import SpeedError

SPEED = re.compile(r"(\d+(?:\.\d+)?)x")


def speed_of(text: str) -> float | None:
    """``1x`` is 1.0, ``100x`` is 100.0, ``max`` is None: as fast as possible. Raises SpeedError."""
    if text == "max":
        return None
    match = SPEED.fullmatch(text)
    if match is None or not float(match[1]):
        raise SpeedError(f"--speed {text}: is neither max nor a speed such as 1x or 100x")
    return float(match[1])


class Pace:
    """Computes the wait before each event; the first one is due at once.

    ``clock`` returns monotonic seconds.
    """

    def __init__(self, speed: float | None, clock: Callable[[], float]) -> None:
        self._speed = speed
        self._clock = clock
        self._began: tuple[float, int] | None = None

    def left_s(self, at_ms: int) -> float:
        """Seconds until the event of that time (ms since 1970) is due; 0 if it is."""
        if self._speed is None:
            return 0.0
        if self._began is None:
            self._began = (self._clock(), at_ms)
        began_s, first_ms = self._began
        due_s = began_s + (at_ms - first_ms) / 1000 / self._speed
        return max(0.0, due_s - self._clock())
