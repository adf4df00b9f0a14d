"""Reads what can be read of a record batch that a client's parser raises for.

Slow and patient: for the few batches of which nobody knows who wrote them.
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


@dataclass(frozen=True, slots=True)
class Salvaged:
    """A record, named as clients name its parts; ``fault`` says why it can't be read, if it can't.

    Of one that can't, ``value`` holds the bytes that its place is known to have, if any are.
    """

    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Headers = field(default_factory=list)
    fault: str | None = None


def salvaged(raw: bytes) -> Iterator[Salvaged]:
    """The records of one whole batch; where they can't be read on, its offsets up to the last.

    Offsets grow, and lie between those of the batch's head. A name of a header that is not UTF-8
    has U+FFFD in it, a header without a value b"". A batch of control records has none. Raises
    FormError where there is no room for a head.
    """
    head = head_of(raw)
    if head.attributes & CONTROL_BIT:
        return
    following = head.base_offset
    try:
        for record in _records(head, memoryview(plain(raw))[HEAD_BYTES:]):
            offset = record.offset
            _require(
                following <= offset <= head.last_offset, "the offsets of its records are wrong"
            )
            yield record
            following = offset + 1
    except FormError as error:
        # All that is known of the rest is where it stood; the first of it carries the bytes.
        for offset in range(following, head.last_offset + 1):
            held = raw if offset == following else b""
            yield Salvaged(offset, head.last_ms, None, held, fault=f"its batch: {error}")


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
    """A record from its bytes. Raises FormError where it does not even say its offset."""
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
    """The bytes that follow their length, None for a length below 0; and where they end."""
    length, at = _varint(record, at)
    if length < 0:
        return None, at
    if at + length > len(record):
        raise FormError("a part of it is longer than itself")
    return bytes(record[at : at + length]), at + length


def _varint(held: memoryview, at: int) -> tuple[int, int]:
    """A whole number in groups of 7 bits, zigzag; and where it ends."""
    number = 0
    for index, group in enumerate(held[at : at + LONGEST_VARINT]):
        number |= (group & 0x7F) << (7 * index)
        if group < 0x80:
            return (number >> 1) ^ -(number & 1), at + index + 1
    raise FormError("a number in it does not end")
