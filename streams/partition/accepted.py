"""Accepted events: their positions, and the arrays in which they are published."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, overload

from contracts.events.checked import written
from contracts.events.event import Checked
from contracts.events.sequences import picked
from contracts.messages import position
from contracts.topics import MAX_MESSAGE_BYTES

CHUNK_BYTES = MAX_MESSAGE_BYTES // 2
"""Size limit of an array of several events; a single event may be larger."""


class Chunk(NamedTuple):
    """A number of events, and their array."""

    events: int
    array: bytes


def chunks(events: Sequence[Checked]) -> Iterator[Chunk]:
    """The events in order, halved until each array fits into CHUNK_BYTES; nothing for no events."""
    if not events:
        return
    array = written(events)
    if len(array) <= CHUNK_BYTES or len(events) == 1:
        yield Chunk(len(events), array)
        return
    half = len(events) // 2
    yield from chunks(events[:half])
    yield from chunks(events[half:])


class Accepted(NamedTuple):
    """Events with times (s since 1970) and positions, side by side.

    ``late`` holds the indices of late events, ``beyond`` of those too late for any pane.
    """

    events: Sequence[Checked]
    times_s: Sequence[float]
    positions: Sequence[int]
    late: Sequence[int]
    beyond: Sequence[int]

    def timely(self) -> "Accepted":
        """A copy without the events that came too late for any pane."""
        if not self.beyond:
            return self
        gone = set(self.beyond)
        left = [index for index in range(len(self.events)) if index not in gone]
        kept_at = {index: n for n, index in enumerate(left)}
        return Accepted(
            picked(self.events, left),
            picked(self.times_s, left),
            picked(self.positions, left),
            [kept_at[index] for index in self.late if index in kept_at],
            (),
        )


class Positions(Sequence[int]):
    """The positions of offsets in a generation of the log, computed on access."""

    def __init__(self, generation: int, offsets: Sequence[int]) -> None:
        self._origin = position(generation, 0)
        self._offsets = offsets

    def __len__(self) -> int:
        return len(self._offsets)

    @overload
    def __getitem__(self, index: int) -> int: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[int]: ...
    def __getitem__(self, index: int | slice) -> int | Sequence[int]:
        return (
            list(self)[index] if isinstance(index, slice) else self._origin + self._offsets[index]
        )

    def __iter__(self) -> Iterator[int]:
        return map(self._origin.__add__, self._offsets)
