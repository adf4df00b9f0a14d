"""Lets the sink's Kafka client read every compression codec, up to a limit of size.

kafka-python takes each codec from another package, without a limit, and abandons a whole fetch if
one record can't be read. It offers no hook, so ``read_any`` replaces its parser by ``AnyRecords``.
INTERNALS lists the private names that this needs.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from kafka.consumer import fetcher as kafka_fetcher
from kafka.errors import KafkaError
from kafka.record import MemoryRecords
from kafka.record.default_records import DefaultRecord, DefaultRecordBatch

from contracts.wire.batches import HEAD_BYTES, MAGIC, head_of, is_intact, plain
from contracts.wire.salvage import Salvaged, salvaged

INTERNALS = {
    "kafka.consumer.fetcher": ("MemoryRecords",),
    "kafka.record.MemoryRecords": ("_cache_next", "_next_slice"),
    "kafka.record.default_records.DefaultRecordBatch": ("_buffer", "_decompressed", "_pos"),
}
"""Module or class -> the names that are read, set or overridden."""

UNREADABLE = "".join(("unread", "able"))
"""Name of the only header of a record that can't be read; its value is the reason. It is compared
by identity, because a message could hold an equal name."""


def read_any() -> None:
    """Make all consumers of this process read every codec, and mark unreadable records."""
    kafka_fetcher.MemoryRecords = AnyRecords


def fault_of(headers: Sequence[tuple[str, bytes]]) -> str | None:
    """Why a record with these headers can't be read; None if it can."""
    if len(headers) == 1 and headers[0][0] is UNREADABLE:
        return headers[0][1].decode()
    return None


NOT_INTACT = "its record batch fails its checksum; reading it again may help"


class AnyRecords(MemoryRecords):  # type: ignore[misc] # kafka-python has no types
    """Record batches of a fetch."""

    def next_batch(self) -> Any:
        """The next record batch; None after the last."""
        raw = self._next_slice
        if raw is None or len(raw) < HEAD_BYTES or head_of(raw).magic != MAGIC:
            return super().next_batch()
        self._cache_next()
        return AnyBatch(raw)


class AnyBatch(DefaultRecordBatch):  # type: ignore[misc] # kafka-python has no types
    """A record batch that gives an unreadable record as one with the header UNREADABLE.

    If the checksum is wrong, a single such record stands for the whole batch. Nothing is raised,
    because kafka-python's ``poll`` would then read the same fetch forever.
    """

    def __init__(self, raw: memoryview) -> None:
        super().__init__(raw)
        self._raw = bytes(raw)

    def __iter__(self) -> Iterator[Any]:
        if not is_intact(self._raw, 0):
            fault = Salvaged(self.base_offset, self.max_timestamp, None, None, fault=NOT_INTACT)
            yield _record(fault, 0)
            return
        try:
            self._inflate()
            read = list(iter(lambda: next(self, None), None))
        except (KafkaError, ValueError):
            read = None
        if read is not None and head_of(self._raw).holds(each.offset for each in read):
            yield from read
        else:
            for found in salvaged(self._raw):
                yield _record(found, self.timestamp_type)

    def _inflate(self) -> None:
        if self.compression_type:
            self._buffer, self._pos = bytearray(plain(self._raw)), HEAD_BYTES
            self._decompressed = True


def _record(found: Salvaged, timestamp_type: int) -> Any:
    headers = found.headers
    if found.fault is not None:
        headers = [(UNREADABLE, found.fault.encode())]
    return DefaultRecord(
        *(0, found.offset, found.timestamp, timestamp_type, found.key, found.value, headers)
    )
