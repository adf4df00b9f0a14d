"""All that is used of the inside of aiokafka and of Faust's transport, which is not public.

aiokafka parses a fetch at once, and makes of each record that its parser gives a second one, in
Python: that costs more than all the rest of a fetch. So ``BatchFetches`` takes the record batches
from where aiokafka keeps them, once ``keep_bytes`` has told aiokafka to keep their bytes.

INTERNALS lists each private name, by the class that has it. The versions of both libraries are
pinned; a test looks for every name, and another compares what comes with what aiokafka's own
``getmany`` gives.
"""

import asyncio
import time
from collections.abc import Callable, Collection
from typing import Any, TypeAlias

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.consumer import fetcher as aiokafka_fetcher
from aiokafka.consumer.fetcher import Fetcher, FetchResult
from aiokafka.errors import ConsumerStoppedError, CorruptRecordException
from aiokafka.record.memory_records import MemoryRecords

from contracts.wire.batches import batch_end, head_of, is_intact, plain
from contracts.wire.errors import FormError
from streams.kafka.aborted import Aborted
from streams.kafka.batch import FetchedBatch

Fetched: TypeAlias = dict[TopicPartition, list[Any]]
"""Of each partition either its records, or all of them as the one item, a FetchedBatch."""

INTERNALS = {
    "aiokafka.AIOKafkaConsumer": (
        "_closed",
        "_fetch_max_wait_ms",
        "_fetcher",
        "_isolation_level",
    ),
    "aiokafka.consumer.fetcher": ("MemoryRecords",),
    "aiokafka.consumer.fetcher.Fetcher": (
        "_closed",
        "_create_fetch_waiter",
        "_notify",
        "_records",
        "_subscriptions",
        "_wait_consume_future",
    ),
    "aiokafka.consumer.fetcher.FetchResult": ("_partition_records", "_update_position"),
    "aiokafka.consumer.fetcher.PartitionRecords": (
        "_aborted_transactions",
        "_records",
        "_records_iterator",
        "next_fetch_offset",
    ),
    "aiokafka.producer.message_accumulator.BatchBuilder": ("_build", "_set_producer_state"),
    "faust.transport.drivers.aiokafka.AIOKafkaConsumerThread": (
        "_create_worker_consumer",
        "_fetch_records",
    ),
    "faust.transport.drivers.aiokafka.Consumer": (
        "_acked",
        "_acked_index",
        "_add_gap",
        "_new_consumer_thread",
        "_new_offset",
        "_set_active_tps",
        "_to_message",
    ),
    "faust.transport.drivers.aiokafka.Producer": ("_ensure_producer",),
}
"""Module or class -> the names that are read, set or overridden."""

LOOK_AGAIN_S = 0.02
"""Until what was fetched is looked at again: a full partition that has room again says nothing."""


class FetchedRecords:
    """The record batches that a fetch brought of a partition.

    It replaces aiokafka's own, which gives them but not their bytes, and which has
    codecs of its own, without a limit.
    """

    def __init__(self, raw: bytes) -> None:
        """``next_byte`` is where the next record batch begins."""
        self.raw, self.next_byte = raw, 0
        self._batches = MemoryRecords(raw)
        self.has_next = self._batches.has_next
        self.size_in_bytes = self._batches.size_in_bytes

    def is_next_intact(self) -> bool:
        """Is the next record batch as its checksum says?"""
        return is_intact(self.raw, self.next_byte)

    def next_head(self) -> Any:
        """The next record batch, for what its head says; its records may be compressed."""
        self.next_byte = batch_end(self.raw, self.next_byte)
        return self._batches.next_batch()

    def next_batch(self) -> Any:
        """The next record batch. Raises CorruptRecordException where it can't be inflated."""
        begin = self.next_byte
        record_batch = self.next_head()
        if not record_batch.compression_type or not is_intact(self.raw, begin):
            return record_batch  # aiokafka itself looks at the checksum
        try:
            return MemoryRecords(plain(self.raw[begin : self.next_byte])).next_batch()
        except FormError as error:
            at = head_of(self.raw, begin).base_offset
            raise CorruptRecordException(f"the record batch at offset {at}: {error}") from None


def keep_bytes() -> None:
    """Let all consumers that start from now on keep the bytes of what they fetch."""
    aiokafka_fetcher.MemoryRecords = FetchedRecords


def wait_for_fetch(consumer: AIOKafkaConsumer, wait_ms: int) -> None:
    """Let a broker answer a fetch after so long at most, whatever the consumer was made with."""
    consumer._fetch_max_wait_ms = wait_ms


def read_committed(consumer: AIOKafkaConsumer) -> None:
    """Let a consumer that has not started pass over what aborted transactions wrote."""
    consumer._isolation_level = "read_committed"


def readable_end(consumer: AIOKafkaConsumer, log: TopicPartition) -> int | None:
    """Where a partition ends for a reader of what is committed; None before the first fetch.

    What lies behind it belongs to a transaction that is still open, and is no lag of anybody's.
    """
    highwater: int | None = consumer.highwater(log)
    stable: int | None = consumer.last_stable_offset(log)
    return highwater if highwater is None or stable is None or stable < 0 else stable


class BatchFetches:
    """What a consumer has fetched of the partitions given; see ``keep_bytes``.

    ``is_batched`` is asked for a topic, ``may_take`` for a partition, again and again.
    """

    def __init__(
        self,
        consumer: AIOKafkaConsumer,
        partitions: Collection[TopicPartition] | None,
        is_batched: Callable[[str], bool],
        may_take: Callable[[TopicPartition], bool] = lambda _: True,
    ) -> None:
        self._consumer = consumer
        self._fetcher: Fetcher = consumer._fetcher
        self._partitions = partitions
        self._is_batched = is_batched
        self._may_take = may_take

    async def next(self, timeout_s: float, max_records: int | None) -> Fetched:
        """What there is, or comes within the time; ``max_records`` limits what comes singly.

        Raises the KafkaError that a fetch ended with, ConsumerStoppedError where it is closed.
        """
        if self._consumer._closed or self._fetcher._closed:
            raise ConsumerStoppedError
        with self._fetcher._subscriptions.fetch_context():
            return await self._next(timeout_s, max_records)

    async def _next(self, timeout_s: float, max_records: int | None) -> Fetched:
        deadline = time.monotonic() + timeout_s
        subscriptions = self._fetcher._subscriptions
        while True:
            if subscriptions.reassignment_in_progress:
                await subscriptions.wait_for_assignment()
            taken = self._take(max_records)
            left_s = deadline - time.monotonic()
            if taken or left_s <= 0 or self._fetcher._closed:
                return taken
            is_held_back = any(not self._may_take(tp) for tp in self._fetcher._records)
            await self._arrival(min(left_s, LOOK_AGAIN_S) if is_held_back else left_s)

    async def _arrival(self, timeout_s: float) -> None:
        """Wait for a fetch to end, or until the time is over."""
        waiter = self._fetcher._create_fetch_waiter()
        await asyncio.wait([waiter], timeout=timeout_s)
        if waiter.done():
            waiter.result()
        else:
            waiter.cancel()

    def _take(self, max_records: int | None) -> Fetched:
        taken: Fetched = {}
        for tp, result in list(self._fetcher._records.items()):
            if self._partitions is not None and tp not in self._partitions:
                if not self._fetcher._subscriptions.is_assigned(tp):
                    del self._fetcher._records[tp]
            elif not self._may_take(tp):
                continue
            elif not isinstance(result, FetchResult):
                if taken:  # the error waits for the next call
                    return taken
                self._done_with(tp)
                result.check_raise()
            else:
                records = self._records(tp, result, max_records)
                if not result.has_more():
                    self._done_with(tp)
                if records:
                    taken[tp] = records
        return taken

    def _done_with(self, tp: TopicPartition) -> None:
        del self._fetcher._records[tp]
        self._fetcher._notify(self._fetcher._wait_consume_future)

    def _records(
        self, tp: TopicPartition, result: FetchResult, max_records: int | None
    ) -> list[Any]:
        if not self._is_batched(tp.topic):
            return list(result.getall(max_records))
        if not result.check_assignment(tp) or not result.has_more():
            return []
        batch = _batch(tp, result._partition_records)
        result._update_position()
        result._partition_records = None
        return [batch] if batch else []


class Kept:
    """What is kept of a fetch: mostly all of it, which then is not copied."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._pieces: list[bytes] = []
        self._since = 0

    def leave_out(self, begin: int, end: int) -> None:
        """Keep nothing from one byte to another, which is behind all that was left out before."""
        self._pieces.append(self._raw[self._since : begin])
        self._since = end

    def bytes(self) -> bytes:
        """All that was not left out."""
        if not self._since:
            return self._raw
        return b"".join((*self._pieces, self._raw[self._since :]))


def _batch(tp: TopicPartition, fetched: Any) -> FetchedBatch | None:
    """All that a fetch brought, if it is of any use; advances its ``next_fetch_offset``."""
    fetched._records_iterator = None  # it refers back, and would keep all that was fetched
    log: FetchedRecords = fetched._records
    aborted, kept = Aborted(fetched._aborted_transactions), Kept(log.raw)
    first, newest_ms = fetched.next_fetch_offset, 0
    while log.has_next():
        if not log.is_next_intact():
            at = f"{tp.topic}/{tp.partition}, offset {fetched.next_fetch_offset}"
            raise CorruptRecordException(f"{at}: what was fetched is not as its checksum says")
        begin = log.next_byte
        record_batch = log.next_head()
        # A head may say that its batch ends before it begins; then a fetch would never end.
        following = max(record_batch.next_offset, record_batch.base_offset + 1)
        fetched.next_fetch_offset = max(fetched.next_fetch_offset, following)
        newest_ms = record_batch.max_timestamp
        if aborted.has(record_batch):
            kept.leave_out(begin, log.next_byte)
    last = fetched.next_fetch_offset - 1
    if last < first:
        return None
    return FetchedBatch(tp.topic, tp.partition, first, last, newest_ms, kept.bytes())
