"""Messages that wait for their insert."""

from collections.abc import Callable, Iterable

from kafka.structs import OffsetAndMetadata, TopicPartition

from sinks.route import Record

Offsets = dict[TopicPartition, OffsetAndMetadata]


class Batch:
    """Messages with their number of rows and the moment (monotonic seconds) the first came."""

    def __init__(self, rows_of: Callable[[Record], int]) -> None:
        self._rows_of = rows_of
        self.records: list[Record] = []
        self.rows = 0
        self.since: float | None = None

    def add(self, records: Iterable[Record], now: float) -> None:
        """Take more messages."""
        for record in records:
            self.records.append(record)
            self.rows += self._rows_of(record)
            self.since = self.since or now

    def is_due(self, now: float, rows: int, seconds: float) -> bool:
        """Whether it holds enough rows, or holds any for long enough."""
        return self.since is not None and (self.rows >= rows or now - self.since >= seconds)

    def due_in(self, now: float, seconds: float) -> float:
        """The seconds until it is held for ``seconds``; that many where it holds none yet."""
        return max(0.0, seconds if self.since is None else self.since + seconds - now)

    def offsets(self) -> Offsets:
        """What to commit once its rows are written: the offset after the last, by partition."""
        last: dict[TopicPartition, int] = {}
        for record in self.records:
            last[place(record)] = max(record.offset, last.get(place(record), -1))
        return {where: OffsetAndMetadata(offset + 1, "", -1) for where, offset in last.items()}

    def __str__(self) -> str:
        """Its offsets, for messages: topic[partition] first-last."""
        spans: dict[TopicPartition, list[int]] = {}
        for record in self.records:
            spans.setdefault(place(record), []).append(record.offset)
        return ", ".join(
            f"{where.topic}[{where.partition}] offsets {min(span)}-{max(span)}"
            for where, span in spans.items()
        )


def place(record: Record) -> TopicPartition:
    """The partition that a message stands in."""
    return TopicPartition(record.topic, record.partition)
