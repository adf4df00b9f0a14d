"""Works a feed's partition batches through, and emits what they changed."""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import faust
from faust.types import TP, EventT

from contracts.feed import Feed
from contracts.messages import ROWS_HEADER, UPTO_HEADER, CorrectionRow, feed_partition
from contracts.reference import Reference
from contracts.settings import Settings
from contracts.topics import PANES, REJECTS, accepted_topic, events_topic
from streams.gauges.state import Writes
from streams.kafka.batch import Batch
from streams.kafka.log_reader import read_log
from streams.kafka.outbox import Outbox
from streams.kafka.transport import Consumer
from streams.partition.messages import Message, emission, empty_message, reject_messages
from streams.partition.state import PROGRESS_KEY, Outcome, PartitionState, Progress
from streams.partition.table import StateTable
from streams.process.ending import Fence

logger = logging.getLogger(__name__)

HEAL_AFTER_S = 3.0

Clock = Callable[[], float]
"""Seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Held:
    """A partition at this moment: its state, messages behind, watermark (s since 1970)."""

    partition: int
    state: PartitionState
    lag: int
    watermark_s: float


class FeedWorker:
    """One feed in this process. A lock a partition keeps state, table and emissions in step.

    While what a batch brought about is delivered to the broker, the next one of its partition may
    be worked already; deliveries follow one another. All else waits for them.
    """

    def __init__(
        self,
        app: faust.App,
        table: StateTable,
        feed: Feed,
        settings: Settings,
        reference: Reference,
        clock: Clock,
        fence: Fence,
    ) -> None:
        self._app = app
        self._fence = fence
        self._table = table
        self._feed = feed
        self._settings = settings
        self._reference = reference
        self._clock = clock
        # What is accepted is most of the bytes at full speed, where a batch takes its time anyway.
        self._outbox = Outbox(app)
        self._panes = Outbox(app, compressed=True)
        self._locks: dict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._states: dict[int, PartitionState] = {}
        self._unsure: set[int] = set()
        self._deliveries: dict[int, asyncio.Task[None]] = {}
        self._active_s: dict[int, float] = {}
        self._gone_to: dict[int, int] = {}
        self._said_empty: set[int] = set()
        self._topic = events_topic(feed.name)
        self._accepted_topic = accepted_topic(feed.name)
        self._panes_partition = feed_partition(feed.name, settings.kafka_partitions)

    def forget(self) -> None:
        """Partitions may have moved: compare the states with the table before they are used again.

        A worker that overslept its session ends, so a partition whose progress is still the one
        that was stored here has been nowhere else.
        """
        self._unsure.update(self._states)

    async def work(self, event: EventT[Batch]) -> None:
        """Work a batch through; when this returns, all that it brought about is stored."""
        batch = cast("Batch", event.value)
        async with self._locks[batch.partition]:
            state = await self._state(batch.partition)
            if state.next_offset < batch.first_offset:
                await self._catch_up(state, batch.partition, batch.first_offset)
            delivery = await self._apply(state, batch)
            self._active_s[batch.partition] = time.monotonic()
        await delivery

    async def correct(self, partition: int, correction: CorrectionRow) -> bool:
        """Set a pane to what was recounted, unless it has changed since; was it set?"""
        async with self._locks[partition]:
            state = await self._state(partition)
            await self._delivered(partition)
            writes = state.correct(correction)
            await self._store(partition, writes, state.progress.upto)
        return bool(writes)

    @property
    def feed(self) -> str:
        """The feed's name."""
        return self._feed.name

    @property
    def entries(self) -> int:
        """Entries of the state that this process holds."""
        return len(self._table)

    def held(self) -> list[Held]:
        """Snapshot of every partition whose state is loaded. Thread-safe; never blocks."""
        held = []
        for partition, state in list(self._states.items()):
            tp = TP(self._topic, partition)
            lag = max(0, (self._highwater(tp) or 0) - state.next_offset)
            held.append(Held(partition, state, lag, self._watermark_s(tp, state)))
        return held

    async def emit(self) -> None:
        """Emit what has changed in the partitions that this process holds, in one go."""
        messages: list[Message] = []
        emitted: list[tuple[Progress, int]] = []
        for tp in list(self._app.consumer.assignment()):
            if tp.topic == self._topic:
                async with self._locks[tp.partition]:
                    state = await self._state(tp.partition)
                    await self._delivered(tp.partition)
                    await self._heal(tp, state)
                    if tp in self._app.consumer.assignment():
                        messages += self._emission(tp, state)
                        emitted.append((state.progress, state.progress.upto))
        self._fence.check()
        for message in messages:
            headers = [(UPTO_HEADER, b"%d" % message.version)]
            key = message.key.encode()
            self._panes.put(PANES, self._panes_partition, key, message.value, headers)
        await self._panes.confirmed()
        for progress, upto in emitted:
            progress.emitted = upto

    async def _state(self, partition: int) -> PartitionState:
        if partition in self._unsure:
            self._unsure.discard(partition)
            await self._delivered(partition)
            if self._table.entry(partition, PROGRESS_KEY) != self._states[partition].stored:
                del self._states[partition]
        state = self._states.get(partition)
        if state is None:
            entries = dict(self._table.entries(partition))
            state = PartitionState(self._feed, self._settings, self._reference, entries)
            end = state.next_offset
            if end:
                first = max(0, end - self._settings.duplicate_window)
                async for batch in read_log(self._settings, self._topic, partition, first, end):
                    state.remember(batch)
            logger.info(
                "%s/%d: state of %d entries, next offset %d",
                self._feed.name,
                partition,
                len(entries),
                end,
            )
            self._states[partition] = state
            self._active_s[partition] = time.monotonic()
        return state

    async def _catch_up(self, state: PartitionState, partition: int, end: int) -> None:
        """Apply what lies between the state and the group's committed offset.

        The state, not the committed offset, says what is included.
        """
        async for missed in read_log(
            self._settings, self._topic, partition, state.next_offset, end
        ):
            logger.info("%s/%d: caught up %d records", self._feed.name, partition, len(missed))
            self._say_gone(partition, state.next_offset, missed.first_offset)
            await (await self._apply(state, missed))
        self._say_gone(partition, state.next_offset, end)

    def _say_gone(self, partition: int, first: int, end: int) -> None:
        """Warn, once, of offsets before ``end`` that the log does not hold any more."""
        if first < end and self._gone_to.get(partition, 0) < end:
            self._gone_to[partition] = end
            logger.warning(
                "%s/%d: offsets %d to %d are gone from the log before they were worked through; "
                "`ioc audit` counts them as missing",
                self._feed.name,
                partition,
                first,
                end - 1,
            )

    async def _apply(self, state: PartitionState, batch: Batch) -> asyncio.Task[None]:
        """Work a batch through; the task ends when all that it brought about is stored."""
        outcome = await self._outcome(state, batch)
        before = self._deliveries.get(batch.partition)
        delivery = asyncio.create_task(self._deliver(before, outcome))
        self._deliveries[batch.partition] = delivery
        return delivery

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
            del self._states[batch.partition]
            raise

    async def _deliver(self, before: asyncio.Task[None] | None, outcome: Outcome) -> None:
        if before is not None:
            await before  # raises what it raised: nothing may follow what was not stored
        self._fence.check()
        await self._publish(outcome)
        await self._store(outcome.batch.partition, outcome.writes, outcome.upto)

    async def _delivered(self, partition: int) -> None:
        """Wait until all that was worked is stored. Raises what a delivery raised."""
        delivery = self._deliveries.get(partition)
        if delivery is not None:
            await asyncio.shield(delivery)

    async def _store(self, partition: int, writes: Writes, upto: int) -> None:
        self._fence.check()
        self._table.write(partition, writes, upto)
        await self._table.confirmed()

    async def _publish(self, outcome: Outcome) -> None:
        partition = outcome.batch.partition
        for count, array in outcome.accepted:
            self._outbox.put(
                self._accepted_topic, partition, None, array, [(ROWS_HEADER, b"%d" % count)]
            )
        for reject in reject_messages(
            self._feed.name, self._settings.generation, outcome, self._now_ms()
        ):
            self._outbox.put(REJECTS, partition, reject.key.encode(), reject.value, [])
        await self._outbox.confirmed()

    async def _heal(self, tp: TP, state: PartitionState) -> None:
        """Read what a rebalance made the consumer drop, if no later batch has shown the gap."""
        highwater = self._highwater(tp) or 0
        quiet_s = time.monotonic() - self._active_s[tp.partition]
        if state.next_offset < highwater and quiet_s > HEAL_AFTER_S:
            await self._catch_up(state, tp.partition, highwater)
            # No batch follows that would acknowledge these, and the group would seem to lag.
            cast("Consumer", self._app.consumer).acknowledge(tp, state.next_offset - 1)
            self._active_s[tp.partition] = time.monotonic()

    def _emission(self, tp: TP, state: PartitionState) -> list[Message]:
        if state.next_offset or state.progress.newest_s:
            watermark_s = self._watermark_s(tp, state)
            return emission(
                self._feed.name, self._settings, tp.partition, state, watermark_s, self._now_ms()
            )
        if tp.partition in self._said_empty:
            return []
        # Said once: nothing has come, neither in this log nor before it.
        self._said_empty.add(tp.partition)
        return [empty_message(self._feed.name, tp.partition)]

    def _watermark_s(self, tp: TP, state: PartitionState) -> float:
        """The watermark; it follows the clock once the partition is read and long silent."""
        idle_s = self._settings.idle_s
        highwater = self._highwater(tp)
        is_read = highwater is None or state.next_offset >= highwater
        if is_read and time.monotonic() - self._active_s[tp.partition] > idle_s:
            return max(state.watermark_s, self._clock() - idle_s)
        return state.watermark_s

    def _highwater(self, tp: TP) -> int | None:
        """Where a partition ends, as far as it is known; None once a rebalance has taken it."""
        consumer = self._app.consumer
        return consumer.highwater(tp) if tp in consumer.assignment() else None

    def _now_ms(self) -> int:
        return int(self._clock() * 1000)
