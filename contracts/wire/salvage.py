"""Salvages the readable records of a batch that a client's parser can't read.

Slow, and meant only for the few batches of faulty producers.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from contracts.wire.batches import (
    APPEND_TIME_BIT,
    CONTROL_BIT,
    HEAD_BYTES,
    Head,
    head_of,
    plain,
)
from contracts.wire.errors import FormError

Headers: TypeAlias = list[tuple[str, bytes]]
LONGEST_VARINT = 10
MOST_MS = 2**63 - 1
WRONG_OFFSETS = "the offsets of its records are wrong"


@dataclass(frozen=True, slots=True)
class Salvaged:
    """A record, with the names that clients use; ``fault`` says why it is unreadable, if it is.

    ``value`` of an unreadable record holds the bytes known to belong to it, if any.
    """

    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Headers = field(default_factory=list)
    fault: str | None = None


def salvaged(raw: bytes) -> Iterator[Salvaged]:
    """The records of one whole batch; after an unreadable place, its remaining offsets.

    Offsets ascend within the bounds of the batch's header. Invalid UTF-8 in the name of a header
    becomes U+FFFD, a header without a value gets b"". A batch of control records has none. Raises
    FormError if the bytes end within the batch's header.
    """
    head = head_of(raw)
    if head.attributes & CONTROL_BIT:
        return
    following = head.base_offset
    try:
        records = memoryview(plain(raw))[HEAD_BYTES:]
        has_gaps = head.has_gaps and _are_right(head, records)
        for record in _records(head, records):
            offset = record.offset
            _require(has_gaps or following == offset <= head.last_offset, WRONG_OFFSETS)
            yield record
            following = offset + 1
        _require(has_gaps or following > head.last_offset, "its records are fewer than its offsets")
    except FormError as error:
        # Only the offsets of the rest are known; the first of these records carries the bytes.
        for offset in range(following, head.last_offset + 1):
            known = raw if offset == following else b""
            yield Salvaged(offset, head.last_ms, None, known, fault=f"its batch: {error}")


def _are_right(head: Head, records: memoryview) -> bool:
    """Whether nothing is wrong with the records, so that compaction left any gaps in them."""
    try:
        return head.holds(record.offset for record in _records(head, records))
    except FormError:
        return False


def _records(head: Head, records: memoryview) -> Iterator[Salvaged]:
    at = 0
    for _ in range(head.records):
        length, begin = _varint(records, at)
        at = begin + length
        if length < 0 or at > len(records):
            raise FormError("a record is longer than its batch")
        yield _record(head, records[begin:at])
    if at != len(records):
        raise FormError("its records are fewer than its bytes")


def _record(head: Head, record: memoryview) -> Salvaged:
    """A record from its bytes. Raises FormError if even its offset is unreadable."""
    late_ms, at = _varint(record, 1)
    delta, at = _varint(record, at)
    offset = head.base_offset + delta
    is_stamped = head.attributes & APPEND_TIME_BIT
    timestamp = head.last_ms if is_stamped else head.first_ms + late_ms
    timestamp = max(-MOST_MS, min(timestamp, MOST_MS))
    try:
        key, at = _text(record, at)
        value, at = _text(record, at)
        headers, at = _headers(record, at)
        _require(at == len(record), "it has bytes behind its end")
    except FormError as error:
        return Salvaged(offset, timestamp, None, bytes(record), fault=str(error))
    return Salvaged(offset, timestamp, key, value, headers)


def _headers(record: memoryview, at: int) -> tuple[Headers, int]:
    count, at = _varint(record, at)
    if not 0 <= count <= len(record):
        raise FormError("its number of headers is impossible")
    headers: Headers = []
    for _ in range(count):
        name, at = _text(record, at)
        if name is None:
            raise FormError("a header has no name")
        value, at = _text(record, at)
        headers.append((name.decode(errors="replace"), value or b""))
    return headers, at


def _require(is_so: bool, else_what: str) -> None:
    if not is_so:
        raise FormError(else_what)


def _text(record: memoryview, at: int) -> tuple[bytes | None, int]:
    """The bytes after their length (None for a length below 0), and where they end."""
    length, at = _varint(record, at)
    if length < 0:
        return None, at
    if at + length > len(record):
        raise FormError("a part of it is longer than itself")
    return bytes(record[at : at + length]), at + length


def _varint(data: memoryview, at: int) -> tuple[int, int]:
    """A whole number in groups of 7 bits, zigzag, and where it ends."""
    number = 0
    for index, group in enumerate(data[at : at + LONGEST_VARINT]):
        number |= (group & 0x7F) << (7 * index)
        if group < 0x80:
            return (number >> 1) ^ -(number & 1), at + index + 1
    raise FormError("a number in it does not end")
