"""A batch: the records that one fetch brought from one partition, delivered as one message."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, dropwhile, groupby, islice
from operator import attrgetter, itemgetter
from typing import Any, Protocol, TypeVar, cast

from aiokafka.errors import KafkaError
from aiokafka.record.memory_records import MemoryRecords

from contracts.messages import position
from contracts.replays import replayed_position
from contracts.wire.batches import CONTROL_BIT, Head, head_of, plain, whole_batches
from contracts.wire.salvage import Salvaged, salvaged

T = TypeVar("T", bound=Any)

_offset = attrgetter("offset")

BLOCK = 200
"""Records processed at a time: with everything derived from them, they fit a processor's cache."""
MOST_AT_ONCE = 100_000
"""Records of a record batch that are parsed together: compressed, a small one may hold millions."""


class Batch(Protocol):
    """Records of one partition, in log order; at least one offset."""

    @property
    def topic(self) -> str:
        """Name of the topic."""

    @property
    def partition(self) -> int:
        """Number of the partition."""

    @property
    def first_offset(self) -> int:
        """The first offset that the batch covers."""

    @property
    def last_offset(self) -> int:
        """The last offset that the batch covers: it holds every record up to there."""

    def blocks(self, size: int, since: int = 0) -> Iterator["PartitionBatch"]:
        """The records from offset ``since`` on, in order, in blocks of at most ``size``."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A record that can't be read: the reason, and the bytes known to belong to it."""

    why: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class PartitionBatch:
    """Raw records of one partition, in log order; the sequences run side by side.

    ``timestamps`` are the records' own, in milliseconds since 1970. A value is None for a
    tombstone. Offsets need not be contiguous. ``replays`` maps the index of a record that replays
    an earlier one of the same partition to the position of the original, in any generation.
    ``unreadable`` maps the index of a record that can't be parsed to the reason; its value is None.
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
        """A copy without the records after an offset."""
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
    """The result of a fetch as the broker sent it, parsed one record batch at a time.

    What is parsed on demand stays in the processor's cache, and its memory is reused for the next.

    ``raw`` holds whole record batches. The first may begin before ``first_offset``. It may hold no
    records, if the fetch brought only transaction markers or records of aborted transactions.
    ``newest_ms`` is the greatest timestamp of the last record batch, in milliseconds since 1970. If
    ``is_cut``, records after ``last_offset`` are left out.
    """

    topic: str
    partition: int
    first_offset: int
    last_offset: int
    newest_ms: int
    raw: bytes
    is_cut: bool = False

    def until(self, last_offset: int) -> "FetchedBatch":
        """A copy without the records after an offset."""
        if last_offset >= self.last_offset:
            return self
        return replace(self, last_offset=last_offset, is_cut=True)

    def blocks(self, size: int, since: int = 0) -> Iterator[PartitionBatch]:
        """See Batch."""
        following = max(self.first_offset, since)
        for is_salvaged, runs in groupby(map(_read, _each(self.raw)), itemgetter(0)):
            made = _salvaged_batch if is_salvaged else batch_of
            run = chain.from_iterable(records for _, records in runs)
            for records in _in_blocks(run, size, following):
                yield from self._cut(made(self.topic, self.partition, records))

    def _cut(self, block: PartitionBatch) -> Iterator[PartitionBatch]:
        if block.last_offset <= self.last_offset:
            yield block
        elif block.first_offset <= self.last_offset:
            yield block.until(self.last_offset)


_UNPARSED = (KafkaError, ValueError, TypeError, IndexError, OverflowError, RuntimeError, EOFError)
"""Errors that aiokafka's parser raises for bytes that are not records, or not text."""


def _in_blocks(records: Iterator[T], size: int, first: int) -> Iterator[list[T]]:
    """The records from offset ``first`` on, in lists of at most ``size``."""
    wanted = dropwhile(lambda record: record.offset < first, records)
    while block := list(islice(wanted, size)):
        yield block


def _each(raw: bytes) -> Iterator[bytes]:
    """The bytes of each record batch."""
    return (raw[begin:end] for begin, end in whole_batches(raw))


def _read(raw: bytes) -> tuple[bool, Iterable[Any]]:
    """The records of one record batch, and whether they had to be salvaged.

    One parser reads all of it, chosen by the record batch alone: parsers differ over bytes that
    break the format, such as a number of more than 64 bits, and a verdict must not depend on what
    is fetched beside it, or on where the worker began.
    """
    head = head_of(raw)
    if head.attributes & CONTROL_BIT:
        return False, ()
    if head.records <= MOST_AT_ONCE:
        try:
            held = MemoryRecords(plain(raw) if head.codec else raw)
            records = list(cast("Any", held.next_batch()))
        except _UNPARSED:
            return True, salvaged(raw)
        if _are_offsets_right(head, list(map(_offset, records))):
            return False, records
    return True, salvaged(raw)  # far slower, so it is used only for bytes that no parser accepts


def _are_offsets_right(head: Head, offsets: Sequence[int]) -> bool:
    """The same as ``head.holds``, but faster."""
    whole = range(head.base_offset, head.last_offset + 1)
    return offsets == list(whole) if len(offsets) == len(whole) else head.holds(offsets)


def batch_of(topic: str, partition: int, records: Sequence[Any]) -> PartitionBatch:
    """A batch of records (at least one) from aiokafka's consumer or its parser."""
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
    """A batch of salvaged records; those that can't be read are listed as ``unreadable``."""
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
