"""Ends a worker process at a fatal error; a restarted one resumes from the stored state.

Fatal are an unforeseen error, a state recovery that takes too long, and a sleep beyond the session.
Kafka gives away the partitions of a silent member after its session timeout. A process that slept
through it (stopped, swapped out, its machine suspended) wakes up in the middle of a batch, and
would write beside its successor before it learns of the change.
"""

import logging
import os
import time
from collections.abc import Callable
from threading import Thread
from typing import NoReturn, Protocol

from contracts.time import steady
from contracts.time.steady import steady_s

EXIT_FATAL = 70

TICK_S = 0.25
SAFE_SHARE = 2 / 3
"""Heartbeats go out every third of a session: after two thirds of sleep, it may have expired."""
LOOK_S = 0.5
SAY_EVERY_S = 2.0

logger = logging.getLogger(__name__)


def end_process(why: str, *, exc_info: bool = False) -> NoReturn:
    """Log the reason and exit at once; nothing more is acknowledged or sent."""
    logger.critical("%s; the process ends", why, exc_info=exc_info)
    logging.shutdown()
    os._exit(EXIT_FATAL)


class Fence(Thread):
    """Reads the clock continually; a leap between two readings means that the process slept.

    ``check`` is thread-safe, and is called before each write that must not come too late.
    """

    def __init__(
        self,
        session_timeout_s: float,
        clock: Callable[[], float] = steady_s,
        end: Callable[[str], object] = end_process,
    ) -> None:
        super().__init__(name="fence", daemon=True)
        self._longest_s = session_timeout_s * SAFE_SHARE
        self._clock = clock
        self._end = end
        self._seen_s = clock()

    def start(self) -> None:
        """Start checking; the time before the start does not count as sleep."""
        logger.info("the fence uses the clock %s", steady.NAME)
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
        """Check forever."""
        while True:
            time.sleep(TICK_S)
            self.check()


class Recovery(Protocol):
    """The part of Faust's recovery service that is used here."""

    in_recovery: bool

    def active_remaining_total(self) -> int:
        """Number of changelog records still to be read."""


class RecoveryWatch(Thread):
    """Watches every recovery, and ends the process if one exceeds the deadline (seconds)."""

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
        """Look forever."""
        while True:
            time.sleep(LOOK_S)
            self.look()

    def look(self) -> None:
        """Note a start or an end, log the progress, or end the process."""
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
