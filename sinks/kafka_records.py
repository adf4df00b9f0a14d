"""What the sink's Kafka client reads, whatever it was compressed with; never beyond a limit.

kafka-python has codecs of its own, each from another package and without a limit, and gives up a
whole fetch where one record can't be read. It has no place to say otherwise, so ``read_any`` puts
``AnyRecords`` where it looks for its parser. INTERNALS lists the private names that this needs.
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
"""Name of the only header of a record that can't be read; its value says why. It is told by its
identity, which no name out of a message has."""


def read_any() -> None:
    """Let all consumers of this process read every codec, and tell what they can't read."""
    kafka_fetcher.MemoryRecords = AnyRecords


def fault_of(headers: Sequence[tuple[str, bytes]]) -> str | None:
    """Why a record with these headers can't be read; None where it can."""
    if len(headers) == 1 and headers[0][0] is UNREADABLE:
        return headers[0][1].decode()
    return None


NOT_INTACT = "its record batch is not as its checksum says; reading it again may help"


class AnyRecords(MemoryRecords):  # type: ignore[misc] # kafka-python has no types
    """Record batches of a fetch."""

    def next_batch(self) -> Any:
        """The next of them, None behind the last."""
        raw = self._next_slice
        if raw is None or len(raw) < HEAD_BYTES or head_of(raw).magic != MAGIC:
            return super().next_batch()
        self._cache_next()
        return AnyBatch(raw)


class AnyBatch(DefaultRecordBatch):  # type: ignore[misc] # kafka-python has no types
    """A record batch; each record that it can't give is one with the header UNREADABLE.

    So is one in the place of all, where the checksum is wrong. Nothing is raised: after that
    kafka-python's ``poll`` would look at the same fetch for ever.
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
