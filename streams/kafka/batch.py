"""A batch: what one fetch brought from one partition, handed over as one message."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, dropwhile, islice
from typing import Any, Protocol

from aiokafka.record.memory_records import MemoryRecords

from contracts.messages import position
from contracts.replays import replayed_place

BLOCK = 200
"""Records that are worked at a time: with all that is made of them they fit a processor's cache."""


class Batch(Protocol):
    """Records of one partition, in log order; at least one offset."""

    @property
    def topic(self) -> str:
        """Of which topic."""

    @property
    def partition(self) -> int:
        """Of which partition."""

    @property
    def first_offset(self) -> int:
        """Where they begin."""

    @property
    def last_offset(self) -> int:
        """Where they end: the log has no other record up to there."""

    def blocks(self, size: int, since: int = 0) -> Iterator["PartitionBatch"]:
        """The records at and after an offset, in order, at most so many at a time."""


@dataclass(frozen=True, slots=True)
class PartitionBatch:
    """Raw records of one partition, in log order; the sequences run side by side.

    ``timestamps`` are the records' own, in milliseconds since 1970. A value is None for a
    tombstone. Offsets need not be contiguous. ``replays`` maps the index of a record that sends an
    earlier one of the same partition again to the position of that one, in whatever generation.
    """

    topic: str
    partition: int
    offsets: Sequence[int]
    timestamps: Sequence[int]
    keys: Sequence[bytes | None]
    values: Sequence[bytes | None]
    replays: Mapping[int, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.offsets)

    @property
    def first_offset(self) -> int:
        """The offset of its first record."""
        return self.offsets[0]

    @property
    def last_offset(self) -> int:
        """The offset of its last record."""
        return self.offsets[-1]

    def blocks(self, size: int, since: int = 0) -> Iterator["PartitionBatch"]:
        """See Batch."""
        for first in range(bisect_left(self.offsets, since), len(self), size):
            yield self._part(first, first + size)

    def _part(self, first: int, end: int) -> "PartitionBatch":
        part = slice(first, end)
        return PartitionBatch(
            self.topic,
            self.partition,
            self.offsets[part],
            self.timestamps[part],
            self.keys[part],
            self.values[part],
            {n - first: place for n, place in self.replays.items() if first <= n < end},
        )


@dataclass(frozen=True, slots=True)
class FetchedBatch:
    """What a fetch brought, as the broker sent it; parsed a block at a time.

    What is parsed when it is needed is in the processor's cache, and its memory is used again for
    the next block.

    ``raw`` holds whole record batches, of which the first may begin before ``first_offset``, that
    of the first record wanted. ``newest_ms`` is the greatest timestamp of the last of them, in
    milliseconds since 1970.
    """

    topic: str
    partition: int
    first_offset: int
    last_offset: int
    newest_ms: int
    raw: bytes

    def blocks(self, size: int, since: int = 0) -> Iterator[PartitionBatch]:
        """See Batch."""
        first = max(self.first_offset, since)
        records = chain.from_iterable(_record_batches(self.raw))
        wanted = dropwhile(lambda record: record.offset < first, records)
        while block := list(islice(wanted, size)):
            yield batch_of(self.topic, self.partition, block)


def _record_batches(raw: bytes) -> Iterator[Any]:
    """What producers sent; without the marks of transactions."""
    log = MemoryRecords(raw)
    while log.has_next():
        record_batch: Any = log.next_batch()
        if not record_batch.is_control_batch:
            yield record_batch


def batch_of(topic: str, partition: int, records: Sequence[Any]) -> PartitionBatch:
    """A batch of aiokafka's consumer records, or its parser's; there must be at least one."""
    return PartitionBatch(
        topic,
        partition,
        _offsets(records),
        [record.timestamp for record in records],
        [record.key for record in records],
        [record.value for record in records],
        _replays(partition, [record.headers for record in records]),
    )


def _offsets(records: Sequence[Any]) -> Sequence[int]:
    first, last = records[0].offset, records[-1].offset
    if last - first == len(records) - 1:
        return range(first, last + 1)
    return [record.offset for record in records]


def _replays(partition: int, headers: Sequence[Sequence[tuple[str, bytes]]]) -> dict[int, int]:
    if not any(headers):
        return {}
    places = ((index, replayed_place(carried)) for index, carried in enumerate(headers) if carried)
    return {
        index: position(place.generation, place.offset)
        for index, place in places
        if place is not None and place.partition == partition
    }
