"""Ends a worker that was stopped for so long that others may have taken its partitions.

Kafka gives the partitions of a silent member away after its session timeout. A process that slept
through it (stopped, swapped out, its machine suspended) wakes up in the middle of a batch and would
write beside its successor before it hears of the change.
"""

import time
from collections.abc import Callable
from threading import Thread

from streams.ending import end_process

TICK_S = 0.25
SAFE_SHARE = 2 / 3
"""Heartbeats go out each third of a session: after two thirds of sleep it may have ended."""


class Fence(Thread):
    """Looks at the clock all the time; a leap between two looks was a sleep.

    ``check`` may be called from any thread, and is called before what must not come too late.
    """

    def __init__(
        self,
        session_timeout_s: float,
        clock: Callable[[], float] = time.monotonic,
        end: Callable[[str], object] = end_process,
    ) -> None:
        super().__init__(name="fence", daemon=True)
        self._longest_s = session_timeout_s * SAFE_SHARE
        self._clock = clock
        self._end = end
        self._seen_s = clock()

    def start(self) -> None:
        """Begin to look; how long the process took to come here was no sleep."""
        self._seen_s = self._clock()
        super().start()

    def check(self) -> None:
        """End the process if it overslept."""
        now_s = self._clock()
        slept_s, self._seen_s = now_s - self._seen_s, now_s
        if slept_s > self._longest_s:
            self._end(
                f"it stood still for {slept_s:.1f} s, in which another worker may have taken over "
                f"({self._longest_s:.1f} s are safe)"
            )

    def run(self) -> None:
        """Check for ever."""
        while True:
            time.sleep(TICK_S)
            self.check()
