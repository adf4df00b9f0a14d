"""Rolls up what a route has inserted: once for all batches that came while it did so before."""

from collections.abc import Callable
from threading import Event

from sinks.consuming.batch import Batch
from sinks.consuming.route import RollUp
from sinks.consuming.writing import Writing
from sinks.rollups.spans import Span

MOST_HOURS = 100_000
"""Hours that may wait to be rolled up: some 20 MB."""


class RollingUp:
    """The batches that are inserted, until their hours are rolled up. Used by one thread.

    A pass takes about as long for a thousand hours as for ten. So one pass rolls up the hours of
    all batches that were inserted during the pass before, and inserts don't wait for it.
    """

    def __init__(self, name: str, write: Callable[[RollUp], bool], ended: Event) -> None:
        self._name, self._write, self._ended = name, write, ended
        self._inserted: list[Batch] = []
        self._hours: set[Span] = set()
        self._passing: Writing | None = None
        self._passed: list[Batch] = []

    @property
    def waiting(self) -> int:
        """The number of messages whose hours are not rolled up yet."""
        return sum(len(batch.records) for batch in (*self._passed, *self._inserted))

    @property
    def is_full(self) -> bool:
        """Whether more hours wait than memory should hold."""
        return len(self._hours) >= MOST_HOURS

    def add(self, batch: Batch) -> None:
        """Take a batch whose rows are inserted."""
        self._inserted.append(batch)
        self._hours |= batch.hours

    def advance(self) -> list[Batch] | None:
        """Finish and begin passes without waiting; return the batches that are done, in order.

        None: a pass was abandoned because the process ends. Raises FatalSinkError if ClickHouse
        refuses a pass.
        """
        done: list[Batch] = []
        if self._passing is not None:
            if not self._passing.is_over:
                return done
            passing, self._passing = self._passing, None
            if not passing.outcome():
                return None
            done = self._passed
        self._passed, self._inserted = self._inserted, []
        if not self._hours:
            done, self._passed = done + self._passed, []
            return done
        work, self._hours = RollUp(frozenset(self._hours)), set()
        self._passing = Writing(self._name, lambda: self._write(work), self._ended)
        self._passing.start()
        return done

    def finish(self) -> list[Batch] | None:
        """Wait until all is rolled up. Returns and raises as ``advance`` does."""
        done: list[Batch] = []
        while self._passing is not None or self._inserted:
            if self._passing is not None:
                self._passing.join()
            more = self.advance()
            if more is None:
                return None
            done += more
        return done
