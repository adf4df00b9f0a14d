"""A batch: what one fetch brought from one partition, handed over as one message."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, dropwhile, islice
from typing import Any, Protocol, TypeVar

from aiokafka.errors import KafkaError
from aiokafka.record.memory_records import MemoryRecords

from contracts.messages import position
from contracts.replays import replayed_position
from contracts.wire.batches import batch_end, plain, whole_batches
from contracts.wire.errors import FormError
from contracts.wire.salvage import Salvaged, salvaged

T = TypeVar("T", bound=Any)

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
class Unreadable:
    """A record that can't be read: why, and the bytes that are known to be its own."""

    why: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class PartitionBatch:
    """Raw records of one partition, in log order; the sequences run side by side.

    ``timestamps`` are the records' own, in milliseconds since 1970. A value is None for a
    tombstone. Offsets need not be contiguous. ``replays`` maps the index of a record that sends an
    earlier one of the same partition again to the position of that one, in whatever generation.
    ``unreadable`` maps the index of a record that nothing can be made of to why; its value is None.
    """

    topic: str
    partition: int
    offsets: Sequence[int]
    timestamps: Sequence[int]
    keys: Sequence[bytes | None]
    values: Sequence[bytes | None]
    replays: Mapping[int, int] = field(default_factory=dict)
    unreadable: Mapping[int, "Unreadable"] = field(default_factory=dict)

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

    def until(self, last_offset: int) -> "PartitionBatch":
        """The same without the records behind an offset."""
        return self._part(0, bisect_right(self.offsets, last_offset))

    def _part(self, first: int, end: int) -> "PartitionBatch":
        part = slice(first, end)
        return PartitionBatch(
            self.topic,
            self.partition,
            self.offsets[part],
            self.timestamps[part],
            self.keys[part],
            self.values[part],
            {n - first: at for n, at in self.replays.items() if first <= n < end},
            {n - first: why for n, why in self.unreadable.items() if first <= n < end},
        )


@dataclass(frozen=True, slots=True)
class FetchedBatch:
    """What a fetch brought, as the broker sent it; parsed a block at a time.

    What is parsed when it is needed is in the processor's cache, and its memory is used again for
    the next block.

    ``raw`` holds whole record batches, of which the first may begin before ``first_offset``, and
    none where there were only marks of transactions, or what aborted ones wrote. ``newest_ms`` is
    the greatest timestamp of the last of them, in milliseconds since 1970. Of one that ``is_cut``
    the records behind ``last_offset`` are left out.
    """

    topic: str
    partition: int
    first_offset: int
    last_offset: int
    newest_ms: int
    raw: bytes
    is_cut: bool = False

    def until(self, last_offset: int) -> "FetchedBatch":
        """The same without the records behind an offset."""
        if last_offset >= self.last_offset:
            return self
        return replace(self, last_offset=last_offset, is_cut=True)

    def blocks(self, size: int, since: int = 0) -> Iterator[PartitionBatch]:
        """See Batch."""
        following = max(self.first_offset, since)
        try:
            for records in _in_blocks(chain.from_iterable(_parsed(self.raw)), size, following):
                block = batch_of(self.topic, self.partition, records)
                following = self._checked(block, following)
                yield from self._cut(block)
        except _UNPARSED:
            # Far slower, and only for a fetch that holds what no parser takes.
            yield from self._salvaged_blocks(size, following)

    def _salvaged_blocks(self, size: int, following: int) -> Iterator[PartitionBatch]:
        salvage = chain.from_iterable(map(salvaged, _each(self.raw)))
        for records in _in_blocks(salvage, size, following):
            yield from self._cut(_salvaged_batch(self.topic, self.partition, records))

    def _checked(self, block: PartitionBatch, following: int) -> int:
        """The offset after those of a block. Raises FormError if they are not this batch's."""
        is_beyond = block.last_offset > self.last_offset and not self.is_cut
        if is_beyond or not following <= block.first_offset <= block.last_offset:
            raise FormError("offsets are not in order")
        return block.last_offset + 1

    def _cut(self, block: PartitionBatch) -> Iterator[PartitionBatch]:
        if block.last_offset <= self.last_offset:
            yield block
        elif block.first_offset <= self.last_offset:
            yield block.until(self.last_offset)


_UNPARSED = (KafkaError, ValueError, TypeError, IndexError, OverflowError, RuntimeError, EOFError)
"""What aiokafka's parser raises for bytes that are no records, or no text."""


def _in_blocks(records: Iterator[T], size: int, first: int) -> Iterator[list[T]]:
    """The records with offsets from ``first`` on, so many at a time."""
    wanted = dropwhile(lambda record: record.offset < first, records)
    while block := list(islice(wanted, size)):
        yield block


def _each(raw: bytes) -> Iterator[bytes]:
    """Record batch by record batch."""
    return (raw[begin:end] for begin, end in whole_batches(raw))


def _parsed(raw: bytes) -> Iterator[Any]:
    """What producers sent; without the marks of transactions. Raises FormError."""
    log, begin = MemoryRecords(raw), 0
    while log.has_next():
        record_batch: Any = log.next_batch()
        end = batch_end(raw, begin)
        if record_batch.compression_type and not record_batch.is_control_batch:
            record_batch = MemoryRecords(plain(raw[begin:end])).next_batch()
        begin = end
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


def _salvaged_batch(topic: str, partition: int, records: Sequence[Salvaged]) -> PartitionBatch:
    """A batch of what could be read of records, and of those of which nothing could."""
    faults = {
        n: Unreadable(record.fault, record.value or b"")
        for n, record in enumerate(records)
        if record.fault is not None
    }
    readable = [
        replace(record, value=None) if n in faults else record for n, record in enumerate(records)
    ]
    return replace(batch_of(topic, partition, readable), unreadable=faults)


def _offsets(records: Sequence[Any]) -> Sequence[int]:
    first, last = records[0].offset, records[-1].offset
    if last - first == len(records) - 1:
        return range(first, last + 1)
    return [record.offset for record in records]


def _replays(partition: int, headers: Sequence[Sequence[tuple[str, bytes]]]) -> dict[int, int]:
    if not any(headers):
        return {}
    origins = (
        (index, replayed_position(carried)) for index, carried in enumerate(headers) if carried
    )
    return {
        index: position(origin.generation, origin.offset)
        for index, origin in origins
        if origin is not None and origin.partition == partition
    }
