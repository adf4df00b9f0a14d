"""Events sorted by time outside of memory, each once."""

import sqlite3
from collections.abc import Iterator
from types import TracebackType
from typing import Self

from producers.replay.event import ReplayEvent

CACHE_KIB = 65_536
_TABLE = (
    "CREATE TABLE events (place INTEGER PRIMARY KEY, event_id TEXT UNIQUE, at_ms INTEGER,"
    " district TEXT, kind TEXT, value BLOB, archived_in TEXT, archived_ms INTEGER)"
)
_BATCH = (
    "SELECT place, at_ms, district, kind, event_id, value FROM events"
    " WHERE (at_ms, place) > (?, ?) ORDER BY at_ms, place LIMIT ?"
)


class EventStore:
    """A temporary database, deleted when it is closed.

    SQLite keeps it on disk once it outgrows 64 MB. Not thread-safe.
    """

    def __init__(self) -> None:
        self._base = sqlite3.connect("", isolation_level=None)
        self._base.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        self._base.execute("PRAGMA journal_mode = OFF")
        self._base.execute("PRAGMA synchronous = OFF")
        self._base.execute(_TABLE)
        self._base.execute("BEGIN")
        self._is_sorted = False

    def add(self, event: ReplayEvent) -> bool:
        """Add an event; False if its id exists already."""
        row = (event.event_id, event.at_ms, event.district, event.kind, event.value)
        added = self._base.execute(
            "INSERT OR IGNORE INTO events (event_id, at_ms, district, kind, value)"
            " VALUES (?, ?, ?, ?, ?)",
            row,
        )
        return added.rowcount == 1

    def __len__(self) -> int:
        ((count,),) = self._base.execute("SELECT count(*) FROM events")
        return int(count)

    def batches(self, size: int) -> Iterator[list[ReplayEvent]]:
        """All events in order of time; events of equal time in the order of adding."""
        if not self._is_sorted:
            self._base.execute("CREATE INDEX by_time ON events (at_ms, place)")
            self._is_sorted = True
        at_ms, place = -(2**63), 0
        while rows := self._base.execute(_BATCH, (at_ms, place, size)).fetchall():
            place, at_ms = rows[-1][:2]
            yield [ReplayEvent(*row[1:]) for row in rows]

    def mark(self, event_id: str, district: str, at_ms: int) -> None:
        """Note the unit and time (ms since 1970) of an event's archived version."""
        self._base.execute(
            "UPDATE events SET archived_in = ?, archived_ms = ? WHERE event_id = ?",
            (district, at_ms, event_id),
        )

    def archived_units(self) -> list[str]:
        """The units of archived versions."""
        rows = self._base.execute("SELECT DISTINCT archived_in FROM events WHERE archived_in <> ''")
        return [district for (district,) in rows]

    def drop_archived(self, district: str, until_ms: int | None) -> int:
        """Remove the events whose archived version has that unit and is not after that time."""
        dropped = self._base.execute(
            "DELETE FROM events WHERE archived_in = ? AND archived_ms <= coalesce(?, archived_ms)",
            (district, until_ms),
        )
        return dropped.rowcount

    def count_archived(self, district: str) -> int:
        """Events whose archived version has that unit."""
        ((count,),) = self._base.execute(
            "SELECT count(*) FROM events WHERE archived_in = ?", (district,)
        )
        return int(count)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._base.close()
