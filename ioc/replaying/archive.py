"""Looks up what ClickHouse already holds of a feed's events."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from clickhouse_connect.driver.client import Client

from contracts.feed import Feed
from contracts.messages import ADDED_FIELDS, iso
from contracts.settings import Settings
from ioc.asking.explained import explained
from producers.replay.event import ReplayEvent
from sinks import client
from sinks.schema.event_table import table_name

IDS_A_QUERY = 2_500
"""A server refuses form fields beyond 128 KiB."""

AFTER = (
    "partition = {partition:UInt16}"
    " AND occurred_at > fromUnixTimestamp64Milli({after_ms:Int64}, 'UTC')"
)
"""Which events of a partition occurred after a time (ms since 1970)."""


class Known(NamedTuple):
    """The archived version of an event: unit, time (ms since 1970), whether its content differs."""

    district: str
    at_ms: int
    is_changed: bool


class Archive:
    """The archive of one feed, read as the read-only user."""

    def __init__(self, connection: Client, feed: Feed) -> None:
        self._client = connection
        self._feed = feed
        self._table = table_name(feed.name)
        added = ", ".join((*ADDED_FIELDS, "archived_at"))
        # By the id alone: time, district and kind may have been corrected since.
        self._known = (
            f"SELECT * EXCEPT ({added}) FROM {self._table}"  # noqa: S608 - names of the registry
            " WHERE event_id IN {ids:Array(UUID)} ORDER BY generation DESC, offset DESC"
        )

    def known(self, events: Sequence[ReplayEvent]) -> dict[str, Known]:
        """The archived ones of these events, by id; of several versions the first."""
        versions: dict[str, Known] = {}
        for first in range(0, len(events), IDS_A_QUERY):
            versions |= self._known_of(events[first : first + IDS_A_QUERY])
        return versions

    def _known_of(self, events: Sequence[ReplayEvent]) -> dict[str, Known]:
        by_id = {event.event_id: event for event in events}
        result = self._client.query(self._known, parameters={"ids": list(by_id)})
        versions = {}
        for row in result.result_rows:
            fields = _fields(result.column_names, row)
            event_id, at = fields["event_id"], datetime.fromisoformat(fields["occurred_at"])
            is_changed = not self._says_the_same(fields, by_id[event_id])
            at_ms = round(at.timestamp() * 1000)
            versions[event_id] = Known(fields["district"], at_ms, is_changed)
        return versions

    def _says_the_same(self, archived: Mapping[str, Any], event: ReplayEvent) -> bool:
        fields = orjson.loads(event.value)
        if fields == archived:
            return True
        # A field that only one of them has may equal the contract's default.
        both = [self._feed.form.formed(archived), self._feed.form.formed(fields)]
        (old, new), _ = self._feed.columns.check(both)
        return old is not None and old == new

    def count_after(self, partition: int, at_ms: int) -> int:
        """Events of a partition after that time (ms since 1970)."""
        rows = self._client.query(
            f"SELECT uniqExact(event_id) FROM {self._table} WHERE {AFTER}",  # noqa: S608 - as above
            {"partition": partition, "after_ms": at_ms},
        ).result_rows
        return int(rows[0][0])

    def newest_ms(self) -> dict[int, int]:
        """Partition -> time (ms since 1970) of the newest event accepted there."""
        rows = self._client.query(
            "SELECT partition, toUnixTimestamp64Milli(max(occurred_at))"  # noqa: S608 - as above
            f" FROM {self._table} GROUP BY partition"
        ).result_rows
        return {int(partition): int(newest_ms) for partition, newest_ms in rows}


def _fields(names: Sequence[str], row: Sequence[Any]) -> dict[str, Any]:
    """An archived event as JSON represents it."""
    return {name: _json(value) for name, value in zip(names, row, strict=True) if value is not None}


def _json(value: Any) -> Any:
    if isinstance(value, datetime):
        return iso(round(value.timestamp() * 1000))
    return str(value) if isinstance(value, UUID) else value


def is_archiving(settings: Settings, feed: Feed) -> bool:
    """Whether the database of the settings has a table of the feed. Raises UnavailableError."""
    names = {"database": settings.clickhouse_database, "table": table_name(feed.name)}
    with explained(settings), client.writer(settings) as connection:
        count = connection.command(
            "SELECT count() FROM system.tables WHERE database = {database:String}"
            " AND name = {table:String}",
            names,
            use_database=False,  # it may not exist yet
        )
    return count != 0


@contextmanager
def archive_of(settings: Settings, feed: Feed) -> Iterator[Archive]:
    """The archive in the database of the settings. Raises UnavailableError."""
    with explained(settings), client.reader(settings, long_parameters=True) as connection:
        yield Archive(connection, feed)
