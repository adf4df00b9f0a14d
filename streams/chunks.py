"""Accepted events as JSON arrays that fit a message."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from contracts.checked import written
from contracts.event import Checked
from contracts.topics import MAX_MESSAGE_BYTES

CHUNK_BYTES = MAX_MESSAGE_BYTES // 2
"""Of the largest array of several events; one alone may be as large as an event may be."""


class Chunk(NamedTuple):
    """So many events, and their array."""

    events: int
    array: bytes


def chunks(events: Sequence[Checked]) -> Iterator[Chunk]:
    """The events in order, in as few arrays as they fit in by halves; none for none."""
    if not events:
        return
    array = written(events)
    if len(array) <= CHUNK_BYTES or len(events) == 1:
        yield Chunk(len(events), array)
        return
    half = len(events) // 2
    yield from chunks(events[:half])
    yield from chunks(events[half:])
