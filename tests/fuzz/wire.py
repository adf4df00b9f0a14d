"""Record batches as no client of ours writes them, each with a valid checksum."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any, TypeAlias

from aiokafka import codec as codecs
from crc32c import crc32c

from contracts.wire.batches import HEAD_BYTES, INNER, MAGIC, OUTER, UNCOUNTED

Header: TypeAlias = tuple[bytes, bytes | None]
COMPRESS: tuple[Callable[[bytes], Any], ...] = (
    bytes,
    codecs.gzip_encode,
    codecs.snappy_encode,
    codecs.lz4_encode,
    codecs.zstd_encode,
)
"""The compressors, by Kafka's number of the codec."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A record as a producer could send it; ``late_ms`` is added to its batch's first timestamp."""

    key: bytes | None
    value: bytes | None
    late_ms: int = 0
    headers: Sequence[Header] = ()


def varint(number: int) -> bytes:
    """A whole number, zigzag and in groups of 7 bits."""
    rest = number << 1 if number >= 0 else (-number << 1) - 1
    groups = bytearray()
    while rest > 0x7F:
        groups.append(rest & 0x7F | 0x80)
        rest >>= 7
    groups.append(rest)
    return bytes(groups)


def _text(held: bytes | None) -> bytes:
    return varint(-1) if held is None else varint(len(held)) + held


def record(sent: Sent, delta: int) -> bytes:
    """A record of a batch, ``delta`` offsets after its first."""
    body = b"\0" + varint(sent.late_ms) + varint(delta) + _text(sent.key) + _text(sent.value)
    body += varint(len(sent.headers))
    for name, value in sent.headers:
        body += _text(name) + _text(value)
    return varint(len(body)) + body


def sealed(
    base: int,
    records: bytes,
    *,
    count: int,
    last_delta: int,
    attributes: int = 0,
    first_ms: int = 0,
    last_ms: int = 0,
    producer: int = -1,
) -> bytes:
    """A batch of the contents of ``records``, whatever they are, with its checksum."""
    producer_epoch = -1 if producer < 0 else 0
    inner = INNER.pack(
        attributes, last_delta, first_ms, last_ms, producer, producer_epoch, -1, count
    )
    checksum = crc32c(records, crc32c(inner))
    length = HEAD_BYTES - UNCOUNTED + len(records)
    return OUTER.pack(base, length, 0, MAGIC, checksum) + inner + records


def batch(base: int, sent: Sequence[Sent], *, codec: int = 0, **head: Any) -> bytes:
    """A batch that is as it should be."""
    records = b"".join(record(each, delta) for delta, each in enumerate(sent))
    head["attributes"] = head.get("attributes", 0) | codec
    body = bytes(COMPRESS[codec](records))
    return sealed(base, body, count=len(sent), last_delta=len(sent) - 1, **head)


def marker(base: int, producer: int, *, commits: bool) -> bytes:
    """The mark of a transaction's end."""
    key = b"\0\0\0" + (b"\1" if commits else b"\0")
    control = record(Sent(key, b"\0\0\0\0\0\0"), 0)
    return sealed(base, control, count=1, last_delta=0, attributes=0x30, producer=producer)


def garbled(random: Random, base: int, sent: Sequence[Sent], **head: Any) -> bytes:
    """A batch of so many offsets whose records, or whose head, are not as they should be."""
    codec = random.choice((0, 0, 0, 1, 2, 3, 4))
    how = random.randrange(8)
    if how == 6:  # a number of more than 64 bits
        late_ms = random.choice((2**63, 2**64, -(2**63) - 1))
        sent = [replace(each, late_ms=each.late_ms + late_ms) for each in sent]
    deltas = list(range(len(sent)))
    if how == 7:
        deltas[random.randrange(len(sent))] = random.randrange(len(sent) + 1)
    records = b"".join(map(record, sent, deltas))
    if how == 0:
        records = _spoilt(random, records)
    body = bytes(COMPRESS[codec](records))
    if how in (1, 2):
        body = _spoilt(random, body)
    elif how == 3:
        body = body[: random.randrange(len(body))]
    elif how == 4:
        body += random.randbytes(random.randrange(1, 40))
    elif how == 5:
        codec = random.choice((1, 2, 3, 4, 5, 6, 7))
    count = random.choice((len(sent),) * 6 + (0, 1, len(sent) + 1, -1, 2**31 - 1))
    attributes = head.pop("attributes", 0) & ~7 | codec
    return sealed(base, body, count=count, last_delta=len(sent) - 1, attributes=attributes, **head)


def _spoilt(random: Random, held: bytes) -> bytes:
    changed = bytearray(held)
    for _ in range(random.choice((1, 1, 2, 5))):
        changed[random.randrange(len(changed))] = random.randrange(256)
    return bytes(changed)
