"""The loop of a route: take messages, hand them to be inserted, then commit their offsets."""

import time
from threading import Event

from contracts.settings import Settings
from sinks.batch import Batch, Offsets
from sinks.errors import FatalSinkError
from sinks.inserter import Inserter
from sinks.route import Counters, Route
from sinks.source import Source
from sinks.writing import Writing

TICK_S = 0.5
"""How soon a route notices that it is to stop, or that a write has ended."""


class Pipeline:
    """Runs a route in the calling thread. An offset is committed only after its rows are written.

    One batch is written while the next is taken; never two at a time, so that offsets move in
    order. A message is written again after a crash between the write and the commit; every table
    makes one row of both.
    """

    def __init__(self, route: Route, settings: Settings, halt: Event) -> None:
        self.route = route
        self.counters = Counters()
        self._rows, self._seconds = settings.sink_batch_rows, settings.sink_batch_s * route.patience
        self._halt = halt
        self._source = Source(route, settings, halt)
        self._inserter = Inserter(route.name, settings, self.counters, halt)
        self._batch = Batch(route.rows_of)
        self._writing: Writing | None = None
        self._uncommitted: Offsets = {}
        self._turned_at = 0.0

    def turns(self, within_s: float) -> bool:
        """Has its loop gone round in the last seconds, be it only to find ClickHouse away?"""
        return time.monotonic() - self._turned_at < within_s

    @property
    def is_open(self) -> bool:
        """Has it found broker and topic?"""
        return self._source.is_open

    @property
    def behind(self) -> int:
        """Messages that are not written yet: held, being written, or left in the log."""
        writing = self._writing
        written = len(writing.held.records) if writing else 0
        return len(self._batch.records) + written + self._source.behind

    def run(self) -> None:
        """Go on until told to halt; then write what is held.

        Raises FatalSinkError for data that ClickHouse refuses; its offsets stay uncommitted.
        """
        try:
            if self._source.open() and self._loop() and self._finish():
                self._begin()
                self._finish()
        except ValueError as error:
            raise FatalSinkError(
                f"route {self.route.name}: a message is not JSON: {error}"
            ) from error
        finally:
            self._source.close()
            self._inserter.close()

    def _loop(self) -> bool:
        """Go on until told to halt; False if that left a batch unwritten, which ends all writing.

        A later batch must not be committed over one that was given up.
        """
        while not self._halt.is_set():
            self._gather()
            if self._writing and not self._writing.is_alive() and not self._finish():
                return False
            if not self._writing and self._is_due():
                self._begin()
        return True

    def _gather(self) -> None:
        """Take messages; where those held are due already, only while their turn does not come.

        A full batch takes no more: fetching rests until ClickHouse has taken the one before it.
        """
        if not (self._writing and self._is_due()):
            self._take(self._batch.due_in(time.monotonic(), self._seconds))
            return
        self._writing.join(TICK_S)
        if self._writing.is_alive():
            self._take(0, paused=self._batch.rows >= self._rows)

    def _is_due(self) -> bool:
        return self._batch.is_due(time.monotonic(), self._rows, self._seconds)

    def _take(self, seconds: float, *, paused: bool = False) -> None:
        self._turned_at = time.monotonic()
        polled = self._source.poll(min(TICK_S, seconds), paused=paused)
        self._batch.add(polled, time.monotonic())

    def _begin(self) -> None:
        """Hand over what is held, to be inserted."""
        held, self._batch = self._batch, Batch(self.route.rows_of)
        self._writing = Writing(self.route.name, held, self._write)
        self._writing.start()

    def _finish(self) -> bool:
        """Commit what was handed over, once it is inserted; False if told to halt before."""
        writing = self._writing
        if writing is None:
            return True
        if not writing.outcome():
            return False
        self._writing = None
        self.counters.messages += len(writing.held.records)
        self._uncommitted.update(writing.held.offsets())
        if self._uncommitted and self._source.commit(self._uncommitted):
            self._uncommitted = {}
        return True

    def _write(self, held: Batch) -> bool:
        try:
            return all(self._inserter.write(insert) for insert in self.route.build(held.records))
        except (FatalSinkError, ValueError) as error:
            raise FatalSinkError(
                f"route {self.route.name}, {held}: {error}; the offsets are not committed. Mend "
                f"the table or the messages, or move the group {self.route.group} past them"
            ) from error
