"""A partition batch: what one fetch brought from one partition, handed over as one message."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from contracts.messages import position
from contracts.replays import replayed_place


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

    def since(self, offset: int) -> "PartitionBatch":
        """The records at and after an offset."""
        first = bisect_left(self.offsets, offset)
        return self._part(first, len(self)) if first else self

    def blocks(self, size: int) -> Iterator["PartitionBatch"]:
        """The records in order, so many at a time."""
        if len(self) <= size:
            yield self
            return
        for first in range(0, len(self), size):
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
