"""Every use of private parts of aiokafka and of Faust's transport.

aiokafka parses a whole fetch at once, and copies each parsed record into a second object in Python:
that costs more than the rest of a fetch. ``BatchFetches`` therefore takes the record batches from
aiokafka's buffers, after ``keep_bytes`` has made aiokafka keep their bytes.

INTERNALS lists each private name under its class. The versions of both libraries are pinned. One
test looks for every name, another compares the result with that of aiokafka's own ``getmany``.
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
"""Partition -> its records, or a single FetchedBatch that holds all of them."""

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
"""Interval of polling held-back fetches: a partition that has room again gives no signal."""


class FetchedRecords:
    """The record batches that a fetch brought from a partition.

    It replaces aiokafka's own class, which hides their bytes, and whose codecs decompress without a
    limit.
    """

    def __init__(self, raw: bytes) -> None:
        """``next_byte`` is the index of the next record batch in ``raw``."""
        self.raw, self.next_byte = raw, 0
        self._batches = MemoryRecords(raw)
        self.has_next = self._batches.has_next
        self.size_in_bytes = self._batches.size_in_bytes

    def is_next_intact(self) -> bool:
        """Whether the next record batch matches its checksum."""
        return is_intact(self.raw, self.next_byte)

    def next_head(self) -> Any:
        """The next record batch, to read its header only: its records may be compressed."""
        self.next_byte = batch_end(self.raw, self.next_byte)
        return self._batches.next_batch()

    def next_batch(self) -> Any:
        """The next record batch. Raises CorruptRecordException if it can't be decompressed."""
        begin = self.next_byte
        record_batch = self.next_head()
        if not record_batch.compression_type or not is_intact(self.raw, begin):
            return record_batch  # aiokafka itself verifies the checksum
        try:
            return MemoryRecords(plain(self.raw[begin : self.next_byte])).next_batch()
        except FormError as error:
            at = head_of(self.raw, begin).base_offset
            raise CorruptRecordException(f"the record batch at offset {at}: {error}") from None


def keep_bytes() -> None:
    """Make all consumers that start from now on keep the bytes of their fetches."""
    aiokafka_fetcher.MemoryRecords = FetchedRecords


def wait_for_fetch(consumer: AIOKafkaConsumer, wait_ms: int) -> None:
    """Set the longest time (ms) that a broker may hold a fetch, overriding the constructor's."""
    consumer._fetch_max_wait_ms = wait_ms


def read_committed(consumer: AIOKafkaConsumer) -> None:
    """Make a consumer that has not started skip the records of aborted transactions."""
    consumer._isolation_level = "read_committed"


def readable_end(consumer: AIOKafkaConsumer, log: TopicPartition) -> int | None:
    """The end of a partition for a reader of committed records; None before the first fetch.

    Later records belong to an open transaction, and do not count as lag.
    """
    highwater: int | None = consumer.highwater(log)
    stable: int | None = consumer.last_stable_offset(log)
    return highwater if highwater is None or stable is None or stable < 0 else stable


class BatchFetches:
    """The fetches of a consumer, of the given partitions (None: all); see ``keep_bytes``.

    ``is_batched`` says whether a topic is delivered in batches, ``may_take`` whether a partition
    may be delivered now.
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
        """Everything fetched by now, or else the first fetch within ``timeout_s``.

        ``max_records`` limits topics that are not batched. Raises the KafkaError of a failed fetch,
        and ConsumerStoppedError if the consumer is closed.
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
        """Wait until a fetch ends, or the timeout passes. Raises the error of the fetch."""
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
    """The bytes of a fetch without the parts left out; not copied if nothing is."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._pieces: list[bytes] = []
        self._since = 0

    def leave_out(self, begin: int, end: int) -> None:
        """Leave out the bytes from ``begin`` to ``end``, which must follow earlier omissions."""
        self._pieces.append(self._raw[self._since : begin])
        self._since = end

    def bytes(self) -> bytes:
        """The bytes that were not left out."""
        if not self._since:
            return self._raw
        return b"".join((*self._pieces, self._raw[self._since :]))


def _batch(tp: TopicPartition, fetched: Any) -> FetchedBatch | None:
    """The batch of a fetch, None if it covers no offset; advances its ``next_fetch_offset``."""
    fetched._records_iterator = None  # a reference cycle, which would keep the fetch in memory
    log: FetchedRecords = fetched._records
    aborted, kept = Aborted(fetched._aborted_transactions), Kept(log.raw)
    first, newest_ms = fetched.next_fetch_offset, 0
    while log.has_next():
        if not log.is_next_intact():
            at = f"{tp.topic}/{tp.partition}, offset {fetched.next_fetch_offset}"
            raise CorruptRecordException(f"{at}: the fetched record batch fails its checksum")
        begin = log.next_byte
        record_batch = log.next_head()
        # A corrupt header may end its batch before it begins; the fetch would then never advance.
        following = max(record_batch.next_offset, record_batch.base_offset + 1)
        fetched.next_fetch_offset = max(fetched.next_fetch_offset, following)
        newest_ms = record_batch.max_timestamp
        if aborted.has(record_batch):
            kept.leave_out(begin, log.next_byte)
    last = fetched.next_fetch_offset - 1
    if last < first:
        return None
    return FetchedBatch(tp.topic, tp.partition, first, last, newest_ms, kept.bytes())
