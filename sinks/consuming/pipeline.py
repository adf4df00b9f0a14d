"""A route's messages on their way: gathered, inserted, and only then let go of."""

from collections.abc import Sequence
from threading import Event

from contracts.errors import IocError
from contracts.settings import Settings
from sinks.consuming.batch import Batch, Offsets, Patience
from sinks.consuming.inserter import Inserter
from sinks.consuming.route import Counters, Record, Route
from sinks.consuming.writing import Writing
from sinks.errors import FatalSinkError


class Pipeline:
    """Used by one thread. Gives the offsets of what is written; those it gave may be committed.

    One batch is written while the next is gathered; never two at a time, so that offsets move in
    order. A message is written again after a crash between the write and the commit; every table
    makes one row of both. After an error, or a batch that was given up because the process is to
    end, it writes nothing more: a later batch must not be committed over that one. After an error
    it is ``parked``, with a sentence that says why, until ``resume``: what it held is let go of,
    for Kafka keeps it.

    ``ended`` is set whenever a write is over.
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
        """Messages that were taken and are not written yet."""
        writing = self._writing
        written = len(writing.held.records) if writing else 0
        return len(self._batch.records) + written + self._let_go

    @property
    def is_full(self) -> bool:
        """Whether it can take no more, until ClickHouse has taken the batch before."""
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
        """The seconds until what it holds is to be inserted; None where it holds nothing."""
        return self._batch.due_in(now)

    def is_held_up(self, now: float) -> bool:
        """Whether what it holds is due, but the batch before is still being written."""
        return self._writing is not None and self._batch.is_due(now)

    def advance(self, now: float) -> Offsets:
        """Do what can be done without waiting."""
        written: Offsets = {}
        if self._writing is not None and self._writing.is_over:
            written = self.finish()
        if self._writing is None and self._batch.is_due(now):
            self.begin()
        return written

    def begin(self) -> None:
        """Hand over what is held, to be inserted, where there is something and nothing failed."""
        if not self._batch.records or self._is_over:
            return
        held, self._batch = self._batch, self._empty()
        self._writing = Writing(self.route.name, held, self._write, self._ended)
        self._writing.start()

    def finish(self) -> Offsets:
        """Wait for the write that is under way.

        Data that ClickHouse refuses park the route; their offsets stay uncommitted.
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
        """Take messages again; they have to come again from the last that was committed."""
        self._batch = self._empty()
        self._let_go = 0
        self._is_over, self.parked = False, None

    def _park(self, why: str) -> None:
        """Let go of what is held; a write that is under way ends, and its offsets are not told."""
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
                f"route {self.route.name}, {held}: {what}; the offsets are not committed. Mend "
                f"the table or the messages, or move the group {self.route.group.id} past them"
            ) from error
