"""Finds the record batches of a fetch that aborted transactions wrote."""

from collections.abc import Iterable
from typing import Any

from aiokafka.record.control_record import ABORT_MARKER, ControlRecord


class Aborted:
    """Must be asked for each record batch of a fetch, in order.

    ``transactions`` are the aborted ones that the broker lists, as producer id and offset of the
    first record. Each ends at its producer's next abort marker.
    """

    def __init__(self, transactions: Iterable[tuple[int, int]] | None) -> None:
        self._to_come = sorted(transactions or (), key=lambda each: each[1], reverse=True)
        self._under_way: set[int] = set()

    def has(self, record_batch: Any) -> bool:
        """Whether an aborted transaction wrote this record batch of aiokafka's parser."""
        while self._to_come and self._to_come[-1][1] <= record_batch.base_offset:
            self._under_way.add(self._to_come.pop()[0])
        producer = record_batch.producer_id
        if producer not in self._under_way:
            return False
        if record_batch.is_control_batch:
            if ControlRecord.parse(next(record_batch).key) == ABORT_MARKER:
                self._under_way.discard(producer)
            return False
        return bool(record_batch.is_transactional)
