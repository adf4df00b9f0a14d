"""A route: its topics, tables, consumer group and counters."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from sinks.rollups.spans import Span

Headers = Sequence[tuple[str, bytes]]


class Record(Protocol):
    """The parts of a Kafka message that a route needs."""

    @property
    def topic(self) -> str:
        """Its topic."""

    @property
    def partition(self) -> int:
        """Its partition."""

    @property
    def offset(self) -> int:
        """Its offset."""

    @property
    def key(self) -> bytes | None:
        """Its key."""

    @property
    def value(self) -> bytes | None:
        """Its value; None deletes the key."""

    @property
    def headers(self) -> Headers:
        """Its headers."""


@dataclass(frozen=True)
class Insert:
    """Rows for one table: ``body`` in the format JSONEachRow; empty ``columns`` mean all."""

    table: str
    body: bytes
    rows: int
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class RollUp:
    """Hours to roll up again, because some of their panes were just inserted."""

    hours: frozenset[Span]

    table = "rollups"

    @property
    def rows(self) -> int:
        """The number of hours."""
        return len(self.hours)


Write = Insert | RollUp


@dataclass(frozen=True)
class Group:
    """A Kafka consumer group: several routes share one consumer, to save fetches.

    ``fetch_wait_ms`` is how long the broker may hold back an empty answer.
    """

    name: str
    fetch_wait_ms: int

    @property
    def id(self) -> str:
        """The group's id in Kafka."""
        return f"ioc-sink-{self.name}"


@dataclass(frozen=True)
class Route:
    """``build`` turns a batch of messages of ``topics`` into writes, which are made in order.

    ``rows_of`` counts the rows in a message, if possible without decoding it. ``patience`` is how
    long a row waits for more rows, in multiples of IOC_SINK_BATCH_S; ``patience_for_few`` applies
    while there are only a few.
    """

    name: str
    group: Group
    topics: tuple[str, ...]
    build: Callable[[Sequence[Record]], Sequence[Write]]
    rows_of: Callable[[Record], int]
    patience: float = 1.0
    patience_for_few: float = 4.0


@dataclass
class Counters:
    """A route's counts since the process started; one thread writes them at a time."""

    messages: int = 0
    rows: int = 0
    inserts: int = 0
    retries: int = 0
    last_insert_s: float = 0.0

    def inserted(self, rows: int, seconds: float) -> None:
        """Count a confirmed insert and its duration in seconds."""
        self.rows += rows
        self.inserts += 1
        self.last_insert_s = seconds

    def __str__(self) -> str:
        return (
            f"{self.rows} rows in {self.inserts} inserts, the last in "
            f"{self.last_insert_s * 1000:.0f} ms, {self.retries} retries"
        )
