"""The loop of a route: take messages, insert them, then commit their offsets."""

import time
from threading import Event

from contracts.settings import Settings
from sinks.batch import Batch, Offsets
from sinks.errors import FatalSinkError
from sinks.inserter import Inserter
from sinks.route import Counters, Route
from sinks.source import Source

TICK_S = 0.2
"""How soon a route notices that it is to stop."""


class Pipeline:
    """Runs a route in the calling thread. An offset is committed only after its rows are written.

    A message is written again after a crash between the two; every table makes one row of both.
    """

    def __init__(self, route: Route, settings: Settings, halt: Event) -> None:
        self.route = route
        self.counters = Counters()
        self._settings, self._halt = settings, halt
        self._source = Source(route, settings, halt)
        self._inserter = Inserter(route.name, settings, self.counters, halt, self._idle)
        self._batch = Batch(route.rows_of)
        self._uncommitted: Offsets = {}
        self._turned_at = 0.0
        self._writing = 0

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
        return len(self._batch.records) + self._writing + self._source.behind

    def run(self) -> None:
        """Go on until told to halt; then write what is held.

        Raises FatalSinkError for data that ClickHouse refuses; its offsets stay uncommitted.
        """
        try:
            if self._source.open() and self._loop():
                self._flush()
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
        rows, seconds = self._settings.sink_batch_rows, self._settings.sink_batch_s
        while not self._halt.is_set():
            self._take(min(TICK_S, seconds), paused=False)
            if self._batch.is_due(time.monotonic(), rows, seconds) and not self._flush():
                return False
        return True

    def _take(self, seconds: float, *, paused: bool) -> None:
        self._turned_at = time.monotonic()
        self._batch.add(self._source.poll(seconds, paused=paused), time.monotonic())

    def _flush(self) -> bool:
        """Insert what is held, then commit; False if told to halt before it was inserted."""
        held, self._batch = self._batch, Batch(self.route.rows_of)
        self._writing = len(held.records)
        if not self._write(held):
            return False
        self.counters.messages += self._writing
        self._writing = 0
        self._uncommitted.update(held.offsets())
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

    def _idle(self, seconds: float) -> None:
        """Wait without taking messages, as a live member of the group."""
        until = time.monotonic() + seconds
        while not self._halt.is_set() and (left := until - time.monotonic()) > 0:
            self._take(min(TICK_S, left), paused=True)
