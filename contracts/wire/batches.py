"""Record batches: their bounds, headers, checksums and decompression."""

from collections.abc import Iterable, Iterator
from struct import Struct
from struct import error as StructError  # noqa: N812 - a class, in spite of its name
from typing import NamedTuple

from crc32c import crc32c

from contracts.wire.codecs import inflated
from contracts.wire.errors import FormError

OUTER = Struct(">qiibI")
"""Base offset, length of the rest, leader epoch, magic, checksum of the rest."""
INNER = Struct(">hiqqqhii")
"""Attributes, last offset delta, first and last timestamp, producer's id and epoch, sequence of the
first record, number of records.
"""
HEAD_BYTES = OUTER.size + INNER.size
UNCOUNTED = 12
"""Bytes at the start of a batch that its length does not include."""
MAGIC = 2

CODEC_BITS, APPEND_TIME_BIT, TRANSACTIONAL_BIT, CONTROL_BIT = 0x07, 0x08, 0x10, 0x20


class Head(NamedTuple):
    """The header of a record batch, field by field in wire order."""

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
        """Number of the codec that compresses its records; 0 for none."""
        return self.attributes & CODEC_BITS

    @property
    def last_offset(self) -> int:
        """The offset of its last record, even if compaction removed that record."""
        return self.base_offset + max(0, self.last_delta)

    @property
    def has_gaps(self) -> bool:
        """Whether it has fewer records than offsets, as compaction leaves it."""
        return 0 <= self.records <= self.last_offset - self.base_offset

    def holds(self, offsets: Iterable[int]) -> bool:
        """Whether these may be the offsets of all its records, in their order."""
        following, last = self.base_offset, self.last_offset
        for offset in offsets:
            if not following <= offset <= (last if self.has_gaps else min(following, last)):
                return False
            following = offset + 1
        return self.has_gaps or following > last


def head_of(raw: bytes, place: int = 0) -> Head:
    """The header of the batch at index ``place``. Raises FormError if the bytes end too early."""
    try:
        return Head(*OUTER.unpack_from(raw, place), *INNER.unpack_from(raw, place + OUTER.size))
    except StructError:
        raise FormError("it is shorter than the head of a record batch") from None


def batch_end(raw: bytes, place: int) -> int:
    """The index where the record batch at index ``place`` ends."""
    length: int = OUTER.unpack_from(raw, place)[1]
    return place + UNCOUNTED + length


def whole_batches(raw: bytes) -> Iterator[tuple[int, int]]:
    """Start and end of each complete batch; a fetch may cut off the last one."""
    place = 0
    while place + HEAD_BYTES <= len(raw):
        end = batch_end(raw, place)
        if not place + HEAD_BYTES <= end <= len(raw):
            return
        yield place, end
        place = end


def is_intact(raw: bytes, place: int) -> bool:
    """Whether the record batch at a place in ``raw`` is whole, of format v2, and has a valid
    checksum.
    """
    *_, magic, checksum = OUTER.unpack_from(raw, place)
    end = batch_end(raw, place)
    inner = memoryview(raw)[place + OUTER.size : end]
    return bool(
        magic == MAGIC and place + HEAD_BYTES <= end <= len(raw) and crc32c(inner) == checksum
    )


def plain(raw: bytes) -> bytes:
    """One whole batch with its records inflated and a matching checksum.

    Raises FormError if the records can't be inflated or would take too many bytes.
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
