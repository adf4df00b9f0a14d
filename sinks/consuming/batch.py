"""Batches of messages that wait for their insert."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kafka.structs import OffsetAndMetadata, TopicPartition

from sinks.consuming.route import Record
from sinks.kafka_records import fault_of

Offsets = dict[TopicPartition, OffsetAndMetadata]

FEW = 500
"""An insert of fewer rows is small: it costs the same as an insert of one row."""


@dataclass(frozen=True)
class Patience:
    """How long rows wait for more: ``seconds``, or ``few_s`` while there are fewer than FEW.

    A batch of ``rows`` rows does not wait.
    """

    rows: int
    seconds: float
    few_s: float

    def until(self, rows: int) -> float:
        """The seconds that a batch of ``rows`` waits after its first message."""
        if rows >= self.rows:
            return 0.0
        return self.few_s if rows < FEW else self.seconds


class Batch:
    """Messages, their number of rows, and when the first came (monotonic seconds)."""

    def __init__(self, rows_of: Callable[[Record], int], patience: Patience) -> None:
        self._rows_of = rows_of
        self._patience = patience
        self.records: list[Record] = []
        self.rows = 0
        self.since: float | None = None

    def add(self, records: Iterable[Record], now: float) -> None:
        """Add messages.

        Raises ValueError, or another error that its content causes, for a message whose rows can't
        be counted; that message is then the last of the batch.
        """
        for record in records:
            self.records.append(record)
            if (fault := fault_of(record.headers)) is not None:
                raise ValueError(fault)
            self.rows += self._rows_of(record)
            self.since = self.since or now

    @property
    def is_full(self) -> bool:
        """Whether the batch holds as many rows as an insert may have."""
        return self.rows >= self._patience.rows

    def due_in(self, now: float) -> float | None:
        """The seconds until the batch must be inserted, at least 0; None if it is empty."""
        if self.since is None:
            return None
        return max(0.0, self.since + self._patience.until(self.rows) - now)

    def is_due(self, now: float) -> bool:
        """Whether the batch has enough rows, or has waited long enough."""
        return self.due_in(now) == 0.0

    def offsets(self) -> Offsets:
        """Partition -> the offset after its last message: what to commit once rows are written."""
        last: dict[TopicPartition, int] = {}
        for record in self.records:
            last[partition_of(record)] = max(record.offset, last.get(partition_of(record), -1))
        return {where: OffsetAndMetadata(offset + 1, "", -1) for where, offset in last.items()}

    def __str__(self) -> str:
        """The batch's offsets, for log lines: topic[partition] first-last."""
        spans: dict[TopicPartition, list[int]] = {}
        for record in self.records:
            spans.setdefault(partition_of(record), []).append(record.offset)
        return ", ".join(
            f"{where.topic}[{where.partition}] offsets {min(span)}-{max(span)}"
            for where, span in spans.items()
        )


def partition_of(record: Record) -> TopicPartition:
    """The partition of a message."""
    return TopicPartition(record.topic, record.partition)
