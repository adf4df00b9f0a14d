"""Waits for a condition: as long as anything moves, and no longer.

A limit in seconds would say how fast the machine is. So only that time counts in which nothing
moves: in which every process of the test sleeps, for none works or stands in the queue for a
processor, and ``progress`` gives the same. What spins for ever is ended by pytest's own limit.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain
from threading import Event, Thread
from typing import TypeVar

from tests.standing import busy_s, cut, most, queued_s, told

STILL_S = 90.0
"""Longer than any pause of the product itself: a session of Kafka, an audit that lets panes settle.
"""
LOOK_S = 0.05
MOST_LOOK_S = 2.0
MEASURE_S, WATCH_S = 1.0, 0.2

Found = TypeVar("Found")
Progress = Callable[[], object]


class StandstillError(AssertionError):
    """Nothing progressed for too long; the sentence says what stood still."""


class Patience:
    """Ends when nothing has moved for ``still_s``."""

    def __init__(self, what: str, still_s: float = STILL_S, progress: Progress | None = None):
        self._what, self._still_s, self._progress = what, still_s, progress
        self._left_s = still_s
        self._seen: object = None
        self._began_s, self._slept_s = time.monotonic(), 0.0
        self._busy_s: dict[int, float] | None = None

    def rest(self, seconds: float) -> None:
        """Sleep. Raises StandstillError."""
        before_s = time.monotonic()
        time.sleep(seconds)
        now_s = time.monotonic()
        self._slept_s += now_s - before_s
        if now_s - self._began_s >= MEASURE_S:
            self._measure(now_s)
            if self._left_s < 0:
                raise StandstillError(cut(chain(self._sentences(), told())))

    def _measure(self, now_s: float) -> None:
        """Count the time slept, minus the progress of the busiest process meanwhile.

        Its progress while the caller looked does not count, since the look may have caused it. A
        process that waited long for a processor reports that time only when it runs again, all at
        once.
        """
        looked_s = now_s - self._began_s - self._slept_s
        busy = busy_s()
        if self._busy_s is None:  # most waits are over before it pays to look
            self._busy_s, self._began_s, self._slept_s = busy, time.monotonic(), 0.0
            return
        moved_s = most(self._busy_s, busy) - looked_s
        self._left_s = min(self._still_s, self._left_s - self._slept_s + max(0.0, moved_s))
        now = self._progress() if self._progress else None
        if now != self._seen:
            self._seen, self._left_s = now, self._still_s
        self._busy_s, self._began_s, self._slept_s = busy, now_s, 0.0

    def _sentences(self) -> list[str]:
        still = f"nothing has moved for {self._still_s:.0f} s, and still not: {self._what}"
        return [still, *([f"it stands at {self._seen}"] if self._progress else [])]


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Require that the block takes less time.

    Time in which a process of the test waits for a processor does not count: a promise in seconds
    assumes a machine that has the time.
    """
    began_s, lost_s, done = time.monotonic(), 0.0, Event()

    def watch() -> None:
        nonlocal lost_s
        before = queued_s()
        while not done.wait(WATCH_S):
            after = queued_s()
            lost_s += most(before, after)
            before = after

    watching = Thread(target=watch, daemon=True)
    watching.start()
    yield
    took_s = time.monotonic() - began_s
    done.set()
    watching.join()
    assert took_s - lost_s < seconds, f"it took {took_s:.1f} s, {lost_s:.1f} s of them in the queue"


def until(
    check: Callable[[], Found | None],
    what: str,
    still_s: float = STILL_S,
    progress: Progress | None = None,
) -> Found:
    """Wait until ``check`` gives something true, and give it.

    ``progress`` gives what changes while there is something left to do, and only then.

    Raises:
        StandstillError: nothing has moved for ``still_s`` seconds.
    """
    patience = Patience(what, still_s, progress)
    while True:
        began_s = time.monotonic()
        found = check()
        if found:
            return found
        patience.rest(min(MOST_LOOK_S, max(LOOK_S, time.monotonic() - began_s)))
