"""Kafka's record batches (format v2), with checksums computed in hardware.

aiokafka computes CRC-32C in software, which costs half a microsecond per event, both ways. Only the
encoding of batches is replaced here; aiokafka's sender still sends them.
"""

import gzip
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from crc32c import crc32c

from contracts.wire.batches import HEAD_BYTES, INNER, MAGIC, OUTER, UNCOUNTED

Record: TypeAlias = tuple[bytes | None, bytes | None, Sequence[tuple[str, bytes]]]
"""Key, value and headers of a record to send."""

_NO_EPOCH, _NO_PRODUCER = -1, (-1, -1, -1)
_PLAIN, _GZIP = 0, 1
"""Attributes of a batch: its compression. Every client can read gzip without extra libraries."""
_FASTEST = 1
_NO_DIFFERENCE = bytes(2)
"""Attributes of a record, and the distance of its timestamp from the batch's: both 0."""

MOST_KEPT = 20_000
"""The encoding of smaller numbers is cached: offsets, lengths of keys and of short values."""


class _Varints(dict[int, bytes]):
    """Integers in Kafka's encoding, zigzag in groups of 7 bits; small ones are cached."""

    def __missing__(self, number: int) -> bytes:
        rest = number << 1 if number >= 0 else (-number << 1) - 1
        groups = bytearray()
        while rest > 0x7F:
            groups.append(rest & 0x7F | 0x80)
            rest >>= 7
        groups.append(rest)
        form = bytes(groups)
        if number < MOST_KEPT:
            self[number] = form
        return form


_varint = _Varints()


class RecordBatch:
    """Records to send in one batch, with the interface of aiokafka's BatchBuilder.

    ``now_ms`` is the timestamp of all records, in milliseconds since 1970.
    """

    def __init__(self, now_ms: int, *, compressed: bool = False) -> None:
        self._now_ms = now_ms
        self._compressed = compressed
        self._producer = _NO_PRODUCER
        self._pieces: list[bytes] = []
        self._count = 0
        self._bytes = HEAD_BYTES
        self._built = bytearray()

    def take(self, record: Record, most_bytes: int) -> bool:
        """Add a record and return True; False if the batch would exceed ``most_bytes``.

        The first record is always added.
        """
        key, value, headers = record
        before = _varint[self._count] + _text(key) + _varint[-1 if value is None else len(value)]
        after = _varint[len(headers)]
        for name, held in headers:
            after += _text(name.encode()) + _text(held)
        length = len(_NO_DIFFERENCE) + len(before) + len(value or b"") + len(after)
        head = _varint[length] + _NO_DIFFERENCE + before
        grown = self._bytes + len(_varint[length]) + length
        if self._count and grown > most_bytes:
            return False
        self._pieces += (head, value or b"", after)
        self._bytes = grown
        self._count += 1
        return True

    def record_count(self) -> int:
        """The number of records in the batch."""
        return self._count

    def closed(self) -> bool:
        """Whether it takes no more records of aiokafka's: always."""
        return True

    def close(self) -> None:
        """Do nothing: it is always closed."""

    def append(self, **_: object) -> None:
        """Refuse a message of aiokafka's: a batch holds only the records that are sent together."""

    def _set_producer_state(self, producer_id: int, producer_epoch: int, sequence: int) -> None:
        self._producer = (producer_id, producer_epoch, sequence)

    def _build(self) -> bytearray:
        if not self._built:
            last, now_ms = self._count - 1, self._now_ms
            pieces, codec = self._pieces, _PLAIN
            if self._compressed:
                pieces, codec = [gzip.compress(b"".join(pieces), _FASTEST)], _GZIP
            inner = INNER.pack(codec, last, now_ms, now_ms, *self._producer, self._count)
            self._built = bytearray().join((bytes(OUTER.size), inner, *pieces))
            checksum = crc32c(memoryview(self._built)[OUTER.size :])
            length = len(self._built) - UNCOUNTED
            OUTER.pack_into(self._built, 0, 0, length, _NO_EPOCH, MAGIC, checksum)
            self._pieces = []
        return self._built


def _text(held: bytes | None) -> bytes:
    return _varint[-1] if held is None else _varint[len(held)] + held


def record_batches(
    records: Sequence[Record], now_ms: int, most_bytes: int, *, compressed: bool = False
) -> Iterator[RecordBatch]:
    """The records in order, in batches of at most ``most_bytes``, counted before compression.

    A larger record has a batch of its own.
    """
    batch = RecordBatch(now_ms, compressed=compressed)
    for record in records:
        if not batch.take(record, most_bytes):
            yield batch
            batch = RecordBatch(now_ms, compressed=compressed)
            batch.take(record, most_bytes)
    if batch.record_count():
        yield batch
