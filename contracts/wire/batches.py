"""Record batches: where they end, what their heads say, and the same without compression."""

from collections.abc import Iterator
from struct import Struct
from struct import error as StructError  # noqa: N812 - a class, in spite of its name
from typing import NamedTuple

from crc32c import crc32c

from contracts.wire.codecs import inflated
from contracts.wire.errors import FormError

OUTER = Struct(">qiibI")
"""Base offset, length of what follows it, leader epoch, magic, checksum of all that follows."""
INNER = Struct(">hiqqqhii")
"""Attributes, last offset delta, first and last timestamp, producer's id and epoch, sequence of the
first record, number of records."""
HEAD_BYTES = OUTER.size + INNER.size
UNCOUNTED = 12
"""Bytes at a batch's beginning that its length does not count."""
MAGIC = 2

CODEC_BITS, APPEND_TIME_BIT, TRANSACTIONAL_BIT, CONTROL_BIT = 0x07, 0x08, 0x10, 0x20


class Head(NamedTuple):
    """The head of a record batch, field by field as it stands there."""

    base_offset: int
    length: int
    epoch: int
    magic: int
    checksum: int
    attributes: int
    last_delta: int
    first_ms: int
    last_ms: int
    producer: int
    producer_epoch: int
    sequence: int
    records: int

    @property
    def codec(self) -> int:
        """The number of the codec that its records are compressed with; 0 for none."""
        return self.attributes & CODEC_BITS

    @property
    def last_offset(self) -> int:
        """The offset of its last record, whether that is still there or not."""
        return self.base_offset + max(0, self.last_delta)


def head_of(raw: bytes, place: int = 0) -> Head:
    """The head of the batch at a place. Raises FormError where there is no room for one."""
    try:
        return Head(*OUTER.unpack_from(raw, place), *INNER.unpack_from(raw, place + OUTER.size))
    except StructError:
        raise FormError("it is shorter than the head of a record batch") from None


def batch_end(raw: bytes, place: int) -> int:
    """Where the record batch at a place ends."""
    length: int = OUTER.unpack_from(raw, place)[1]
    return place + UNCOUNTED + length


def whole_batches(raw: bytes) -> Iterator[tuple[int, int]]:
    """The beginning and end of each batch that is there whole; a fetch may cut off the last."""
    place = 0
    while place + HEAD_BYTES <= len(raw):
        end = batch_end(raw, place)
        if not place + HEAD_BYTES <= end <= len(raw):
            return
        yield place, end
        place = end


def is_intact(raw: bytes, place: int) -> bool:
    """Is the record batch at a place in ``raw`` of format v2, whole, and as its checksum says?"""
    *_, magic, checksum = OUTER.unpack_from(raw, place)
    end = batch_end(raw, place)
    inner = memoryview(raw)[place + OUTER.size : end]
    return bool(
        magic == MAGIC and place + HEAD_BYTES <= end <= len(raw) and crc32c(inner) == checksum
    )


def plain(raw: bytes) -> bytes:
    """One whole batch, with its records inflated, and a checksum that is theirs.

    Raises FormError where the records can't be inflated, or would be too many bytes.
    """
    head = head_of(raw)
    if not head.codec:
        return raw
    records = inflated(head.codec, raw[HEAD_BYTES:])
    inner = INNER.pack(head.attributes & ~CODEC_BITS, *head[6:])
    checksum = crc32c(records, crc32c(inner))
    length = HEAD_BYTES - UNCOUNTED + len(records)
    outer = OUTER.pack(head.base_offset, length, head.epoch, head.magic, checksum)
    return b"".join((outer, inner, records))
