"""One partition of a feed, as long as this process holds it."""

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
from streams.kafka.batch import BLOCK, Batch
from streams.kafka.log_reader import read_log
from streams.kafka.outbox import Outbox
from streams.kafka.transport import Consumer
from streams.partition.context import FeedContext
from streams.partition.idleness import Idleness
from streams.partition.log_check import LogCheck
from streams.partition.messages import Message, emission, empty_message, reject_messages
from streams.partition.progress import PROGRESS_KEY, Progress
from streams.partition.quarantine import worked_apart
from streams.partition.state import Outcome, PartitionState

logger = logging.getLogger(__name__)

HEAL_AFTER_S = 3.0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A partition at a moment: its state, messages behind, watermark (s since 1970)."""

    partition: int
    state: PartitionState
    lag: int
    watermark_s: float


@dataclass(frozen=True, slots=True)
class Emission:
    """What a partition emits, and the progress to note once the broker has it."""

    messages: list[Message]
    progress: Progress
    upto: int

    def is_out(self) -> None:
        """Note that the broker has all of it."""
        self.progress.emitted_upto = self.upto


class OwnedPartition:
    """A lock keeps state, table and emissions in step; each public coroutine takes it.

    While what a batch brought about is delivered to the broker, the next one may be worked already;
    deliveries follow one another. All else waits for them.
    """

    def __init__(self, context: FeedContext, partition: int) -> None:
        self._context = context
        self._topic = events_topic(context.feed.name)
        self._accepted_topic = accepted_topic(context.feed.name)
        self._tp = TP(self._topic, partition)
        self._name = f"{context.feed.name}/{partition}"
        self._lock = asyncio.Lock()
        # What is accepted is most of the bytes at full speed, where a batch takes its time anyway.
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
        """It may have moved: compare the state with the table before it is used again.

        A worker that overslept its session ends, so a partition whose progress is still the one
        that was stored here has been nowhere else.
        """
        self._may_have_moved = self._state is not None

    async def work(self, batch: Batch) -> None:
        """Work a batch through; when this returns, all that it brought about is stored.

        Raises KafkaError, also where an earlier delivery did.
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
        """Set a pane or a gauge to what was recounted, unless it has changed since; was it set?"""
        async with self._lock:
            state = await self._loaded()
            await self._delivered()
            writes = state.correct(correction)
            await self._store(writes, state.progress.upto)
        return bool(writes)

    async def emission(self) -> Emission | None:
        """What has changed since the last emission; None once a rebalance has taken it."""
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
        """The partition now; None while its state is not loaded. Thread-safe; never blocks."""
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
        """The state as it is once all that was worked before is stored."""
        await self._delivered()
        return await self._load()

    def _blank(self, entries: Mapping[str, bytes] | None = None) -> PartitionState:
        context = self._context
        return PartitionState(context.feed, context.settings, context.reference, entries or {})

    async def _load(self) -> PartitionState:
        context, partition = self._context, self._tp.partition
        entries = dict(context.table.entries(partition))
        state = self._blank(entries)
        end = state.next_offset
        if end:
            first = max(0, end - context.settings.duplicate_window)
            async for batch in read_log(context.settings, self._topic, partition, first, end):
                for block in batch.blocks(BLOCK):
                    state.remember(block)
        logger.info("%s: state of %d entries, next offset %d", self._name, len(entries), end)
        if unknown := state.known.since:
            logger.warning(
                "%s: panes of before do not know %s: `ioc backfill --feed %s` recounts them (the "
                "embedded stack does so by itself); until then there are no figures over them",
                self._name,
                ", ".join(unknown),
                context.feed.name,
            )
        return state

    async def _catch_up(self, end: int) -> None:
        """Apply what lies between the state and the group's committed offset.

        The state, not the committed offset, says what is included.
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
        """Warn, once, of offsets before ``end`` that the log does not hold any more."""
        if first < end and self._gone_to < end:
            self._gone_to = end
            logger.warning(
                "%s: offsets %d to %d are gone from the log before they were worked through; "
                "`ioc audit` counts them as missing",
                self._name,
                first,
                end - 1,
            )

    async def _apply(self, batch: Batch) -> asyncio.Task[None]:
        """Work a batch through; the task ends when all that it brought about is stored."""
        try:
            outcome = await self._outcome(await self._loaded(), batch)
        except IocError:
            raise
        except Exception:  # the boundary of a batch: what stays is raised again
            logger.warning("%s: a batch raised, and is worked apart", self._name, exc_info=True)
            self._state, outcome = await worked_apart(batch, self._stored, self._blank)
        self._delivery = asyncio.create_task(self._deliver(self._delivery, outcome))
        return self._delivery

    async def _outcome(self, state: PartitionState, batch: Batch) -> Outcome:
        """What a batch brings about; deliveries of earlier ones go on between the steps."""
        steps = state.apply_in_steps(batch)
        try:
            while True:
                next(steps)
                await asyncio.sleep(0)
        except StopIteration as end:
            return cast("Outcome", end.value)
        except BaseException:  # cut off half-way
            self._state = None
            raise

    async def _deliver(self, before: asyncio.Task[None] | None, outcome: Outcome) -> None:
        if before is not None:
            await before  # raises what it raised: nothing may follow what was not stored
        self._context.check_fence()
        await self._publish(outcome)
        await self._store(outcome.writes, outcome.upto)

    async def _delivered(self) -> None:
        """Wait until all that was worked is stored. Raises what a delivery raised."""
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
        """Read what a rebalance made the consumer drop, if no later batch has shown the gap."""
        state = await self._loaded()
        highwater, now_s = self._highwater() or 0, steady_s()
        if state.next_offset >= highwater or state.next_offset != self._stands_at:
            # What was fetched this moment is behind too; a gap stays.
            self._stands_at, self._stands_since_s = state.next_offset, now_s
        elif now_s - self._stands_since_s > HEAL_AFTER_S:
            await self._catch_up(highwater)
            # No batch follows that would acknowledge these, and the group would seem to lag.
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
        # Said once: nothing has come, neither in this log nor before it.
        self._said_empty = True
        return [empty_message(context.feed.name, partition)]

    def _watermark_s(self, state: PartitionState) -> float:
        """The watermark; it follows the clock once the partition is read and long silent."""
        highwater = self._highwater()
        is_read = highwater is None or state.next_offset >= highwater
        return self._idleness.watermark_s(state.watermark_s, is_read=is_read)

    def _highwater(self) -> int | None:
        """Where the partition ends, as far as it is known; None once a rebalance has taken it."""
        consumer = self._context.app.consumer
        return consumer.highwater(self._tp) if self._tp in consumer.assignment() else None
