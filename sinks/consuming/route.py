"""A route: which topics go to which tables, who reads them, and how far that has come."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from sinks.rollups.spans import Span

Headers = Sequence[tuple[str, bytes]]


class Record(Protocol):
    """What a route needs of a Kafka message."""

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
    """Rows for one table: ``body`` in the format JSONEachRow, ``columns`` all where empty."""

    table: str
    body: bytes
    rows: int
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class RollUp:
    """Hours to make again, for panes of theirs were inserted just before."""

    hours: frozenset[Span]

    table = "rollups"

    @property
    def rows(self) -> int:
        """How many hours there are."""
        return len(self.hours)


Write = Insert | RollUp


@dataclass(frozen=True)
class Group:
    """A Kafka consumer group: several routes read with one consumer, which costs what one does.

    ``fetch_wait_ms`` is how long the broker may hold back an answer that has no message.
    """

    name: str
    fetch_wait_ms: int

    @property
    def id(self) -> str:
        """What Kafka calls it."""
        return f"ioc-sink-{self.name}"


@dataclass(frozen=True)
class Route:
    """Messages of ``topics`` become what ``build`` makes of a batch of them, written in its order.

    ``rows_of`` tells the rows in a message without decoding it. ``patience`` is how long a row
    waits for others to be inserted with, in IOC_SINK_BATCH_S, and ``patience_for_few`` how long it
    does while there are only a few.
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
    """What a route has done since the process started; each is written by one thread at a time."""

    messages: int = 0
    rows: int = 0
    inserts: int = 0
    retries: int = 0
    last_insert_s: float = 0.0

    def inserted(self, rows: int, seconds: float) -> None:
        """Count a confirmed insert that took so many seconds."""
        self.rows += rows
        self.inserts += 1
        self.last_insert_s = seconds

    def __str__(self) -> str:
        return (
            f"{self.rows} rows in {self.inserts} inserts, the last in "
            f"{self.last_insert_s * 1000:.0f} ms, {self.retries} retries"
        )
