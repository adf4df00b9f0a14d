"""A route's messages on their way: gathered, inserted, and only then released."""

from collections.abc import Callable, Sequence
from threading import Event, Thread

from contracts.errors import IocError
from contracts.settings import Settings
from sinks.consuming.batch import Batch, Offsets, Patience
from sinks.consuming.inserter import Inserter
from sinks.consuming.route import Counters, Record, Route
from sinks.errors import FatalSinkError


class Writing(Thread):
    """Writes a batch in a daemon thread, so a slow answer does not delay the process's end.

    At the end it sets ``ended``, which several threads may share.
    """

    def __init__(
        self, route: str, held: Batch, write: Callable[[Batch], bool], ended: Event
    ) -> None:
        super().__init__(name=f"write {route}", daemon=True)
        self.held = held
        self.is_over = False
        self._write = write
        self._ended = ended
        self._is_written = False
        self._error: Exception | None = None

    def run(self) -> None:
        """Write the batch, and keep the result or error."""
        try:
            self._is_written = self._write(self.held)
        except Exception as error:  # noqa: BLE001 - the thread's boundary: outcome() raises it again
            self._error = error
        self.is_over = True
        self._ended.set()

    def outcome(self) -> bool:
        """Wait for the end; return whether every row is confirmed. Raises the write's error."""
        self.join()
        if self._error is not None:
            raise self._error
        return self._is_written


class Pipeline:
    """Writes one route's messages, and returns offsets that may be committed. Used by one thread.

    One batch is written while the next is gathered, but never two at a time, so offsets move in
    order. A crash between write and commit makes the message be written twice; every table merges
    the two rows. After an error, or after a batch abandoned because the process ends, it writes
    nothing more: a later batch must not be committed past that one. After an error the route is
    ``parked``, with the reason as a sentence, until ``resume``. It drops the messages it held,
    because Kafka keeps them.

    ``ended`` is set at the end of every write.
    """

    def __init__(self, route: Route, settings: Settings, halt: Event, ended: Event) -> None:
        self.route = route
        self.counters = Counters()
        self._patience = Patience(
            settings.sink_batch_rows,
            settings.sink_batch_s * route.patience,
            settings.sink_batch_s * route.patience_for_few,
        )
        self._ended = ended
        self._inserter = Inserter(route.name, settings, self.counters, halt)
        self._batch = self._empty()
        self._writing: Writing | None = None
        self._is_over = False
        self._let_go = 0
        self.parked: str | None = None

    @property
    def waiting(self) -> int:
        """The number of messages that were taken and are not written yet."""
        writing = self._writing
        written = len(writing.held.records) if writing else 0
        return len(self._batch.records) + written + self._let_go

    @property
    def is_full(self) -> bool:
        """Whether it can take no more until ClickHouse has confirmed the batch before."""
        return self._writing is not None and self._batch.is_full

    def take(self, records: Sequence[Record], now: float) -> None:
        """Take messages. One whose rows can't be counted parks the route."""
        if self.parked:
            self._let_go += len(records)
            return
        try:
            self._batch.add(records, now)
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - the boundary of a message, whatever is in it
            last = self._batch.records[-1]
            self._park(
                f"route {self.route.name}: {last.topic}[{last.partition}] offset {last.offset} "
                f"can't be read: {type(error).__name__}: {error}"
            )

    def due_in(self, now: float) -> float | None:
        """The seconds until the held batch must be inserted; None if it is empty."""
        return self._batch.due_in(now)

    def is_held_up(self, now: float) -> bool:
        """Whether the held batch is due while the one before is still being written."""
        return self._writing is not None and self._batch.is_due(now)

    def advance(self, now: float) -> Offsets:
        """Finish and begin writes without waiting; return offsets to commit."""
        written: Offsets = {}
        if self._writing is not None and self._writing.is_over:
            written = self.finish()
        if self._writing is None and self._batch.is_due(now):
            self.begin()
        return written

    def begin(self) -> None:
        """Start to insert the held batch, unless it is empty or a write has failed."""
        if not self._batch.records or self._is_over:
            return
        held, self._batch = self._batch, self._empty()
        self._writing = Writing(self.route.name, held, self._write, self._ended)
        self._writing.start()

    def finish(self) -> Offsets:
        """Wait for the current write; return its offsets.

        Data that ClickHouse refuses park the route, and their offsets stay uncommitted.
        """
        writing = self._writing
        if writing is None:
            return {}
        self._writing = None
        try:
            is_written = writing.outcome()
        except FatalSinkError as error:
            self._let_go += len(writing.held.records)
            self._park(str(error))
            return {}
        if not is_written:
            self._is_over = True
            return {}
        self.counters.messages += len(writing.held.records)
        return writing.held.offsets()

    def resume(self) -> None:
        """Take messages again; the caller must rewind to the last committed offsets."""
        self._batch = self._empty()
        self._let_go = 0
        self._is_over, self.parked = False, None

    def _park(self, why: str) -> None:
        """Park the route and drop the held batch; a write under way goes on to its end."""
        self.parked, self._is_over = why, True
        self._let_go += len(self._batch.records)
        self._batch = self._empty()

    def close(self) -> None:
        """Close the connection."""
        self._inserter.close()

    def _empty(self) -> Batch:
        return Batch(self.route.rows_of, self._patience)

    def _write(self, held: Batch) -> bool:
        try:
            return all(self._inserter.write(insert) for insert in self.route.build(held.records))
        except MemoryError:
            raise
        except Exception as error:
            what = str(error) if isinstance(error, IocError) else f"{type(error).__name__}: {error}"
            raise FatalSinkError(
                f"route {self.route.name}, {held}: {what}; the offsets are not committed. Fix "
                f"the table or the messages, or move the group {self.route.group.id} past them"
            ) from error
