"""What ClickHouse already knows of a feed's events."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from contracts.errors import UnavailableError
from contracts.feed import Feed
from contracts.settings import Settings
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


class Archive:
    """The archive of one feed, read as the read-only user."""

    def __init__(self, connection: Client, feed: Feed) -> None:
        self._client = connection
        self._table = table_name(feed.name)
        self._known = (
            f"SELECT toString(event_id) FROM {self._table}"  # noqa: S608 - a name of the registry
            " WHERE district IN {districts:Array(String)} AND kind IN {kinds:Array(String)}"
            " AND occurred_at BETWEEN fromUnixTimestamp64Milli({first:Int64}, 'UTC')"
            " AND fromUnixTimestamp64Milli({last:Int64}, 'UTC')"
            " AND event_id IN {ids:Array(UUID)}"
        )

    def known(self, events: Sequence[ReplayEvent]) -> set[str]:
        """The ids of those events, given in order of time, that are archived."""
        found: set[str] = set()
        for first in range(0, len(events), IDS_A_QUERY):
            found |= self._known_of(events[first : first + IDS_A_QUERY])
        return found

    def _known_of(self, events: Sequence[ReplayEvent]) -> set[str]:
        # Beside the ids, what leads the sort key: so that few parts are read.
        parameters = {
            "districts": sorted({event.district for event in events}),
            "kinds": sorted({event.kind for event in events}),
            "first": events[0].at_ms,
            "last": events[-1].at_ms,
            "ids": [event.event_id for event in events],
        }
        rows = self._client.query(self._known, parameters=parameters).result_rows
        return {str(event_id) for (event_id,) in rows}

    def count_after(self, partition: int, at_ms: int) -> int:
        """Events of a partition after that time (ms since 1970)."""
        rows = self._client.query(
            f"SELECT uniqExact(event_id) FROM {self._table} WHERE {AFTER}",  # noqa: S608 - as above
            {"partition": partition, "after_ms": at_ms},
        ).result_rows
        return int(rows[0][0])

    def newest_ms(self) -> dict[int, int]:
        """Partition -> the time (ms since 1970) of the newest event that was accepted there."""
        rows = self._client.query(
            "SELECT partition, toUnixTimestamp64Milli(max(occurred_at))"  # noqa: S608 - as above
            f" FROM {self._table} GROUP BY partition"
        ).result_rows
        return {int(partition): int(newest_ms) for partition, newest_ms in rows}


def is_archiving(settings: Settings, feed: Feed) -> bool:
    """Has the database of the settings a table of that feed yet? Raises UnavailableError."""
    names = {"database": settings.clickhouse_database, "table": table_name(feed.name)}
    with explained(settings), client.writer(settings) as connection:
        count = connection.command(
            "SELECT count() FROM system.tables WHERE database = {database:String}"
            " AND name = {table:String}",
            names,
            use_database=False,  # it need not exist yet
        )
    return count != 0


@contextmanager
def archive_of(settings: Settings, feed: Feed) -> Iterator[Archive]:
    """The archive in the database of the settings. Raises UnavailableError."""
    with explained(settings), client.reader(settings, long_parameters=True) as connection:
        yield Archive(connection, feed)


@contextmanager
def explained(settings: Settings) -> Iterator[None]:
    """Turn what ClickHouse answers into an UnavailableError that says where."""
    try:
        yield
    except ClickHouseError as error:
        raise UnavailableError(
            f"ClickHouse at {client.address(settings)}, database {settings.clickhouse_database}: "
            f"{client.brief(error)}"
        ) from None
