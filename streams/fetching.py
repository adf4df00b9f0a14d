"""Takes what aiokafka has fetched as batches, whose records are parsed when they are worked.

aiokafka parses a fetch at once, and makes of each record that its parser gives a second one, in
Python: that costs more than all the rest of a fetch. So this takes the record batches from where
aiokafka keeps them. These are not its public parts; the versions are pinned, and a test compares
what comes with what aiokafka's own ``getmany`` gives.
"""

import asyncio
import time
from collections.abc import Callable, Collection
from typing import Any, TypeAlias

from aiokafka import TopicPartition
from aiokafka.consumer import fetcher as aiokafka_fetcher
from aiokafka.consumer.fetcher import Fetcher, FetchResult
from aiokafka.errors import CorruptRecordException
from aiokafka.record.memory_records import MemoryRecords

from streams.batch import FetchedBatch
from streams.record_batch import batch_end, is_intact

Fetched: TypeAlias = dict[TopicPartition, list[Any]]
"""Of each partition either its records, or all of them as the one item, a FetchedBatch."""


LOOK_AGAIN_S = 0.02
"""Until what was fetched is looked at again: a full partition that has room again says nothing."""


class FetchedRecords:
    """The record batches that a fetch brought of a partition.

    It stands in the place of aiokafka's own, which gives them but not their bytes.
    """

    def __init__(self, raw: bytes) -> None:
        self.raw, self._place = raw, 0
        self._batches = MemoryRecords(raw)
        self.has_next = self._batches.has_next
        self.size_in_bytes = self._batches.size_in_bytes

    def is_next_intact(self) -> bool:
        """Is the next record batch as its checksum says?"""
        return is_intact(self.raw, self._place)

    def next_batch(self) -> Any:
        """The next record batch, as aiokafka's parser gives it."""
        self._place = batch_end(self.raw, self._place)
        return self._batches.next_batch()


aiokafka_fetcher.MemoryRecords = FetchedRecords


class BatchFetches:
    """What a fetcher has brought of the partitions given.

    ``is_batched`` is asked for a topic, ``may_take`` for a partition, again and again.
    """

    def __init__(
        self,
        fetcher: Fetcher,
        partitions: Collection[TopicPartition] | None,
        is_batched: Callable[[str], bool],
        may_take: Callable[[TopicPartition], bool] = lambda _: True,
    ) -> None:
        self._fetcher = fetcher
        self._partitions = partitions
        self._is_batched = is_batched
        self._may_take = may_take

    async def next(self, timeout_s: float, max_records: int | None) -> Fetched:
        """What there is, or comes within the time; ``max_records`` limits what comes singly.

        Raises the KafkaError that a fetch ended with.
        """
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


def _batch(tp: TopicPartition, fetched: Any) -> FetchedBatch | None:
    """All that a fetch brought, if it is of any use; advances its ``next_fetch_offset``."""
    fetched._records_iterator = None  # it refers back, and would keep all that was fetched
    log: FetchedRecords = fetched._records
    first, begun, newest_ms = fetched.next_fetch_offset, None, 0
    while log.has_next():
        if not log.is_next_intact():
            at = f"{tp.topic}/{tp.partition}, offset {fetched.next_fetch_offset}"
            raise CorruptRecordException(f"{at}: what was fetched is not as its checksum says")
        record_batch = log.next_batch()
        fetched.next_fetch_offset = record_batch.next_offset
        if not record_batch.is_control_batch:
            begun = record_batch.base_offset if begun is None else begun
            newest_ms = record_batch.max_timestamp
    if begun is None:
        return None
    last = fetched.next_fetch_offset - 1
    return FetchedBatch(tp.topic, tp.partition, max(first, begun), last, newest_ms, log.raw)
