"""One partition of a feed while this process holds it."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from faust.types import TP

from contracts.errors import IocError
from contracts.messages import ROWS_HEADER, Correction
from contracts.time.steady import steady_s
from contracts.topics import REJECTS, accepted_topic, events_topic
from streams.gauges.state import Writes
from streams.kafka.batch import Batch
from streams.kafka.log_reader import read_log
from streams.kafka.outbox import Outbox
from streams.kafka.transport import Consumer
from streams.partition.context import FeedContext
from streams.partition.idleness import Idleness
from streams.partition.log_check import LogCheck
from streams.partition.messages import Message, emission, empty_message, reject_messages
from streams.partition.progress import PROGRESS_KEY, Progress
from streams.partition.quarantine import worked_apart
from streams.partition.refilling import refill
from streams.partition.state import Outcome, PartitionState

logger = logging.getLogger(__name__)

HEAL_AFTER_S = 3.0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A partition at one instant: its state, lag in records, watermark (s since 1970)."""

    partition: int
    state: PartitionState
    lag: int
    watermark_s: float


@dataclass(frozen=True, slots=True)
class Emission:
    """The messages of a partition, and the progress to update once the broker has them."""

    messages: list[Message]
    progress: Progress
    upto: int

    def is_out(self) -> None:
        """Note that the broker has all messages."""
        self.progress.emitted_upto = self.upto


class OwnedPartition:
    """Keeps state, table and emissions in step by a lock, which each public coroutine takes.

    The next batch may be processed while the outcome of the last is delivered to the broker.
    Deliveries follow one another, and everything else waits for them.
    """

    def __init__(self, context: FeedContext, partition: int) -> None:
        self._context = context
        self._topic = events_topic(context.feed.name)
        self._accepted_topic = accepted_topic(context.feed.name)
        self._tp = TP(self._topic, partition)
        self._name = f"{context.feed.name}/{partition}"
        self._lock = asyncio.Lock()
        # Uncompressed: at full speed, accepted events are most of the bytes, and time is short.
        self._outbox = Outbox(context.app)
        self._state: PartitionState | None = None
        self._may_have_moved = False
        self._delivery: asyncio.Task[None] | None = None
        self._log = LogCheck(context, self._tp)
        self._idleness = Idleness(context.clock, context.settings.idle_s)
        self._stands_at, self._stands_since_s = -1, 0.0
        self._gone_to = 0
        self._said_empty = False

    def forget(self) -> None:
        """Compare the state with the table before its next use, because it may have moved.

        A worker that overslept its session ends. A partition whose progress is still the one stored
        here has therefore not been processed elsewhere.
        """
        self._may_have_moved = self._state is not None

    async def work(self, batch: Batch) -> None:
        """Process a batch; on return, all its effects are stored.

        Raises KafkaError if this delivery or an earlier one failed, AnotherLogError if the log was
        replaced, QuarantineError if too many records are unprocessable.
        """
        async with self._lock:
            state = await self._loaded()
            await self._log.require_same(state, self._highwater(), batch.first_offset)
            if state.next_offset < batch.first_offset:
                await self._catch_up(batch.first_offset)
            delivery = await self._apply(batch)
            self._idleness.heard()
        await delivery

    async def correct(self, correction: Correction) -> bool:
        """Set a pane or a gauge to its recount, unless it has changed since; True if it was set."""
        async with self._lock:
            state = await self._loaded()
            await self._delivered()
            writes = state.correct(correction)
            await self._store(writes, state.progress.upto)
        return bool(writes)

    async def emission(self) -> Emission | None:
        """The changes since the last emission; None if a rebalance took the partition."""
        async with self._lock:
            await self._loaded()
            await self._delivered()
            await self._log.require_same(await self._loaded(), self._highwater())
            await self._heal()
            state = await self._loaded()
            if self._tp not in self._context.app.consumer.assignment():
                return None
            return Emission(self._messages(state), state.progress, state.progress.upto)

    def snapshot(self) -> Snapshot | None:
        """The current snapshot; None while the state is not loaded. Thread-safe; never blocks."""
        state = self._state
        if state is None:
            return None
        lag = max(0, (self._highwater() or 0) - state.next_offset)
        return Snapshot(self._tp.partition, state, lag, self._watermark_s(state))

    async def _loaded(self) -> PartitionState:
        table, partition = self._context.table, self._tp.partition
        if self._may_have_moved and self._state is not None:
            self._may_have_moved = False
            await self._delivered()
            if table.entry(partition, PROGRESS_KEY) != self._state.stored:
                self._state = None
        if self._state is None:
            self._state = await self._load()
            self._idleness.heard()
        return self._state

    async def _stored(self) -> PartitionState:
        """The state read back from the table, after all deliveries."""
        await self._delivered()
        return await self._load()

    def _blank(self, entries: Mapping[str, bytes] | None = None) -> PartitionState:
        context = self._context
        return PartitionState(context.feed, context.settings, context.reference, entries or {})

    async def _load(self) -> PartitionState:
        context, partition = self._context, self._tp.partition
        entries = dict(context.table.entries(partition))
        state = self._blank(entries)
        await refill(context.settings, context.feed.name, self._tp, state)
        logger.info(
            "%s: state of %d entries, next offset %d", self._name, len(entries), state.next_offset
        )
        if unknown := state.known.since:
            logger.warning(
                "%s: older panes do not know %s: `ioc backfill --feed %s` recounts them (the "
                "embedded stack does so by itself); until then, figures that need them are missing",
                self._name,
                ", ".join(unknown),
                context.feed.name,
            )
        return state

    async def _catch_up(self, end: int) -> None:
        """Process the records between the state's next offset and ``end``.

        The state, not the group's committed offset, says which records are included.
        """
        settings, partition = self._context.settings, self._tp.partition
        first = (await self._loaded()).next_offset
        async for missed in read_log(settings, self._topic, partition, first, end):
            logger.info(
                "%s: catches up from offset %d to %d",
                self._name,
                missed.first_offset,
                missed.last_offset,
            )
            self._say_gone((await self._loaded()).next_offset, missed.first_offset)
            await (await self._apply(missed))
        self._say_gone((await self._loaded()).next_offset, end)

    def _say_gone(self, first: int, end: int) -> None:
        """Warn once of offsets before ``end`` that the log no longer holds."""
        if first < end and self._gone_to < end:
            self._gone_to = end
            logger.warning(
                "%s: offsets %d to %d were deleted from the log before they were processed; "
                "`ioc audit` counts them as missing",
                self._name,
                first,
                end - 1,
            )

    async def _apply(self, batch: Batch) -> asyncio.Task[None]:
        """Process a batch; the returned task ends when all its effects are stored."""
        try:
            outcome = await self._outcome(await self._loaded(), batch)
        except IocError:
            raise
        except Exception:  # the boundary of a batch: an error that persists is raised again
            logger.warning(
                "%s: a batch raised, retrying without the culprits", self._name, exc_info=True
            )
            self._state, outcome = await worked_apart(batch, self._stored, self._blank)
        self._delivery = asyncio.create_task(self._deliver(self._delivery, outcome))
        return self._delivery

    async def _outcome(self, state: PartitionState, batch: Batch) -> Outcome:
        """Apply a batch in steps, between which deliveries of earlier batches go on."""
        steps = state.apply_in_steps(batch)
        try:
            while True:
                next(steps)
                await asyncio.sleep(0)
        except StopIteration as end:
            return cast("Outcome", end.value)
        except BaseException:  # interrupted: the state may be half changed
            self._state = None
            raise

    async def _deliver(self, before: asyncio.Task[None] | None, outcome: Outcome) -> None:
        if before is not None:
            await before  # raises its error: nothing may be stored after a failed delivery
        self._context.check_fence()
        await self._publish(outcome)
        await self._store(outcome.writes, outcome.upto)

    async def _delivered(self) -> None:
        """Wait until the effects of all batches are stored. Raises the error of a delivery."""
        if self._delivery is not None:
            await asyncio.shield(self._delivery)

    async def _store(self, writes: Writes, upto: int) -> None:
        self._context.check_fence()
        self._context.table.write(self._tp.partition, writes, upto)
        await self._context.table.confirmed()

    async def _publish(self, outcome: Outcome) -> None:
        context, partition = self._context, self._tp.partition
        for count, array in outcome.accepted:
            headers = [(ROWS_HEADER, b"%d" % count)]
            self._outbox.put(self._accepted_topic, partition, None, array, headers)
        generation = context.settings.generation
        for reject in reject_messages(context.feed.name, generation, outcome, context.now_ms()):
            self._outbox.put(REJECTS, partition, reject.key.encode(), reject.value, [])
        await self._outbox.confirmed()

    async def _heal(self) -> None:
        """Read records that a rebalance made the consumer drop, unless a batch showed the gap."""
        state = await self._loaded()
        highwater, now_s = self._highwater() or 0, steady_s()
        if state.next_offset >= highwater or state.next_offset != self._stands_at:
            # Records fetched just now make the state lag too; only a gap persists.
            self._stands_at, self._stands_since_s = state.next_offset, now_s
        elif now_s - self._stands_since_s > HEAL_AFTER_S:
            await self._catch_up(highwater)
            # No batch follows to acknowledge these records: the group would seem to lag.
            consumer = cast("Consumer", self._context.app.consumer)
            consumer.acknowledge(self._tp, (await self._loaded()).next_offset - 1)
            self._idleness.heard()

    def _messages(self, state: PartitionState) -> list[Message]:
        context, partition = self._context, self._tp.partition
        if state.next_offset or state.progress.newest_s:
            watermark_s, now_ms = self._watermark_s(state), context.now_ms()
            return emission(
                context.feed.name, context.settings, partition, state, watermark_s, now_ms
            )
        if self._said_empty:
            return []
        # Sent once, for a partition without events in this log or an earlier one.
        self._said_empty = True
        return [empty_message(context.feed.name, partition)]

    def _watermark_s(self, state: PartitionState) -> float:
        """The watermark (s since 1970); follows the clock once the partition is read and idle."""
        highwater = self._highwater()
        is_read = highwater is None or state.next_offset >= highwater
        return self._idleness.watermark_s(state.watermark_s, is_read=is_read)

    def _highwater(self) -> int | None:
        """The known end of the partition; None if unknown, or if a rebalance took it."""
        consumer = self._context.app.consumer
        return consumer.highwater(self._tp) if self._tp in consumer.assignment() else None
