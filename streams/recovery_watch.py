"""Says how far the recovery of the state has come, and ends the process when it takes too long."""

import logging
import time
from collections.abc import Callable
from threading import Thread
from typing import Protocol

from streams.ending import end_process

logger = logging.getLogger(__name__)

LOOK_S = 0.5
SAY_EVERY_S = 2.0


class Recovery(Protocol):
    """What is needed of Faust's recovery service."""

    in_recovery: bool

    def active_remaining_total(self) -> int:
        """Changelog records still to be read."""


class RecoveryWatch(Thread):
    """Watches one recovery after the other; ``look`` is one look at the clock and the service."""

    def __init__(
        self,
        recovery: Recovery,
        deadline_s: float,
        clock: Callable[[], float] = time.monotonic,
        end: Callable[[str], object] = end_process,
    ) -> None:
        super().__init__(name="recovery-watch", daemon=True)
        self._recovery = recovery
        self._deadline_s = deadline_s
        self._clock = clock
        self._end = end
        self._since_s: float | None = None
        self._said_s = 0.0
        self._most = 0

    def run(self) -> None:
        """Look for ever."""
        while True:
            time.sleep(LOOK_S)
            self.look()

    def look(self) -> None:
        """Note a start or an end, say how far it is, or end the process."""
        now_s = self._clock()
        if not self._recovery.in_recovery:
            if self._since_s is not None:
                logger.info(
                    "state recovered in %.1f s (%d records)", now_s - self._since_s, self._most
                )
            self._since_s = None
            return
        if self._since_s is None:
            self._since_s, self._said_s, self._most = now_s, now_s, 0
        self._judge(now_s - self._since_s, now_s)

    def _judge(self, taken_s: float, now_s: float) -> None:
        left = self._recovery.active_remaining_total()
        self._most = max(self._most, left)
        read = f"{self._most - left:,} of {self._most:,} records of the changelogs read"
        if taken_s > self._deadline_s:
            self._end(
                f"the state was not recovered within {self._deadline_s:g} s: {read}; raise "
                "IOC_RECOVERY_DEADLINE_S, or stop the workers and run `ioc rebuild --from archive`"
            )
        elif now_s - self._said_s >= SAY_EVERY_S:
            self._said_s = now_s
            logger.info("recovering the state: %s in %.0f s", read, taken_s)
