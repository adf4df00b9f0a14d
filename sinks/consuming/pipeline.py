"""A route's messages on their way: gathered, inserted, rolled up, and only then released."""

from collections.abc import Callable, Sequence
from threading import Event

from contracts.errors import IocError
from contracts.settings import Settings
from sinks.consuming.batch import Batch, Offsets, Patience
from sinks.consuming.inserter import Inserter
from sinks.consuming.rolling_up import RollingUp
from sinks.consuming.route import Counters, Record, RollUp, Route
from sinks.consuming.writing import Writing
from sinks.errors import FatalSinkError
from sinks.rollups.spans import Span


class Pipeline:
    """Writes one route's messages, and returns offsets that may be committed. Used by one thread.

    One batch is inserted while the next is gathered, but never two at a time, so offsets move in
    order. What has to be rolled up then is, beside further inserts. A crash between insert and
    commit makes the message be written twice; every table merges the two rows.

    After an error, or after a batch abandoned because the process ends, it writes nothing more: a
    later batch must not be committed past that one. After an error the route is ``parked``, with
    the reason as a sentence, until ``resume``. It drops the messages it held, because Kafka keeps
    them.

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
        self._roller = Inserter(route.name, settings, Counters(), halt)
        self._batch = self._empty()
        self._held = self._empty()
        """The batch of the write under way."""
        self._writing: Writing | None = None
        self._rolling = self._nothing_to_roll_up()
        self._is_over = self._is_cut = False
        self._let_go = 0
        self.parked: str | None = None

    @property
    def waiting(self) -> int:
        """The number of messages that were taken and are not written yet."""
        held = len(self._batch.records) + len(self._held.records)
        return held + self._rolling.waiting + self._let_go

    @property
    def is_full(self) -> bool:
        """Whether it can take no more until ClickHouse has confirmed what came before."""
        return not self._may_begin and self._batch.is_full

    @property
    def _may_begin(self) -> bool:
        return self._writing is None and not self._rolling.is_full

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
        """Whether the held batch is due while what came before is still being written."""
        return not self._may_begin and self._batch.is_due(now)

    def advance(self, now: float) -> Offsets:
        """Finish and begin writes without waiting; return offsets to commit."""
        if self._writing is not None and self._writing.is_over:
            self._end_write()
        written = self._released(self._rolling.advance)
        if self._may_begin and self._batch.is_due(now):
            self.begin()
        return written

    def begin(self) -> None:
        """Start to insert the held batch, unless it is empty or a write has failed."""
        if not self._batch.records or self._is_over:
            return
        held, self._held, self._batch = self._batch, self._batch, self._empty()
        self._writing = Writing(f"write {self.route.name}", lambda: self._insert(held), self._ended)
        self._writing.start()

    def finish(self) -> Offsets:
        """Wait for the write under way, and until all is rolled up; return offsets to commit.

        Data that ClickHouse refuses park the route, and their offsets stay uncommitted.
        """
        self._end_write()
        return self._released(self._rolling.finish)

    def _end_write(self) -> None:
        """Wait for the write under way, if there is one, and hand on what it has inserted."""
        if self._writing is None:
            return
        writing, self._writing = self._writing, None
        held, self._held = self._held, self._empty()
        try:
            if not writing.outcome():
                self._is_over = True
            elif self._is_cut:
                self._let_go += len(held.records)
            else:
                self._rolling.add(held)
        except FatalSinkError as error:
            self._let_go += len(held.records)
            self._park(str(error))

    def _released(self, roll_up: Callable[[], Sequence[Batch] | None]) -> Offsets:
        """The offsets of the batches that are rolled up now.

        If a pass fails, its batches and all later ones stay uncommitted.
        """
        why = None
        try:
            done = roll_up()
        except FatalSinkError as error:
            done, why = None, str(error)
        if done is None:
            self._let_go += self._rolling.waiting
            self._rolling = self._nothing_to_roll_up()
            self._is_over = self._is_cut = True
            if why is not None:
                self._park(why)
            return {}
        offsets: Offsets = {}
        for batch in done:
            self.counters.messages += len(batch.records)
            offsets |= batch.offsets()
        return offsets

    def resume(self) -> None:
        """Take messages again; the caller must rewind to the last committed offsets."""
        self._batch, self._rolling = self._empty(), self._nothing_to_roll_up()
        self._let_go = 0
        self._is_over = self._is_cut = False
        self.parked = None

    def _park(self, why: str) -> None:
        """Park the route and drop the held batch; a write under way goes on to its end."""
        self.parked, self._is_over = why, True
        self._let_go += len(self._batch.records)
        self._batch = self._empty()

    def close(self) -> None:
        """Close the connections."""
        self._inserter.close()
        self._roller.close()

    def _empty(self) -> Batch:
        return Batch(self.route.rows_of, self._patience)

    def _nothing_to_roll_up(self) -> RollingUp:
        return RollingUp(f"roll up {self.route.name}", self._roll_up, self._ended)

    def _insert(self, held: Batch) -> bool:
        try:
            writes = self.route.build(held.records)
            held.hours = frozenset[Span]().union(
                *(write.hours for write in writes if isinstance(write, RollUp))
            )
            return all(
                self._inserter.write(write) for write in writes if not isinstance(write, RollUp)
            )
        except MemoryError:
            raise
        except Exception as error:
            raise self._refused(str(held), error) from error

    def _roll_up(self, work: RollUp) -> bool:
        try:
            return self._roller.write(work)
        except MemoryError:
            raise
        except Exception as error:
            raise self._refused(f"the roll-up of {work.rows} hours", error) from error

    def _refused(self, what: str, error: Exception) -> FatalSinkError:
        why = str(error) if isinstance(error, IocError) else f"{type(error).__name__}: {error}"
        return FatalSinkError(
            f"route {self.route.name}, {what}: {why}; the offsets are not committed. Fix "
            f"the table or the messages, or move the group {self.route.group.id} past them"
        )
