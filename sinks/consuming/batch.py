"""Messages that wait for their insert."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kafka.structs import OffsetAndMetadata, TopicPartition

from sinks.consuming.route import Record
from sinks.kafka_records import fault_of

Offsets = dict[TopicPartition, OffsetAndMetadata]

FEW = 500
"""Rows below which an insert is small: each costs the same, whether of one row or of so many."""


@dataclass(frozen=True)
class Patience:
    """How long rows wait for more: so many ``seconds``, ``few_s`` while there are only a few.

    With ``rows`` of them nobody waits.
    """

    rows: int
    seconds: float
    few_s: float

    def until(self, rows: int) -> float:
        """The seconds that so many rows wait after the first of them."""
        if rows >= self.rows:
            return 0.0
        return self.few_s if rows < FEW else self.seconds


class Batch:
    """Messages with their number of rows and the moment (monotonic seconds) the first came."""

    def __init__(self, rows_of: Callable[[Record], int], patience: Patience) -> None:
        self._rows_of = rows_of
        self._patience = patience
        self.records: list[Record] = []
        self.rows = 0
        self.since: float | None = None

    def add(self, records: Iterable[Record], now: float) -> None:
        """Take more messages.

        Raises ValueError, or what else its content leads to, for one whose rows can't be counted;
        it is the last then.
        """
        for record in records:
            self.records.append(record)
            if (fault := fault_of(record.headers)) is not None:
                raise ValueError(fault)
            self.rows += self._rows_of(record)
            self.since = self.since or now

    @property
    def is_full(self) -> bool:
        """Whether it holds as many rows as an insert may have."""
        return self.rows >= self._patience.rows

    def due_in(self, now: float) -> float | None:
        """The seconds until it is to be inserted, 0 at the most; None where it holds nothing."""
        if self.since is None:
            return None
        return max(0.0, self.since + self._patience.until(self.rows) - now)

    def is_due(self, now: float) -> bool:
        """Whether it holds enough rows, or holds any for long enough."""
        return self.due_in(now) == 0.0

    def offsets(self) -> Offsets:
        """What to commit once its rows are written: the offset after the last, by partition."""
        last: dict[TopicPartition, int] = {}
        for record in self.records:
            last[partition_of(record)] = max(record.offset, last.get(partition_of(record), -1))
        return {where: OffsetAndMetadata(offset + 1, "", -1) for where, offset in last.items()}

    def __str__(self) -> str:
        """Its offsets, for messages: topic[partition] first-last."""
        spans: dict[TopicPartition, list[int]] = {}
        for record in self.records:
            spans.setdefault(partition_of(record), []).append(record.offset)
        return ", ".join(
            f"{where.topic}[{where.partition}] offsets {min(span)}-{max(span)}"
            for where, span in spans.items()
        )


def partition_of(record: Record) -> TopicPartition:
    """The partition that a message stands in."""
    return TopicPartition(record.topic, record.partition)
