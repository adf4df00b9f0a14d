"""What ClickHouse already knows of a feed's events."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from contracts.errors import IocError, UnavailableError
from contracts.feed import Feed
from contracts.settings import Settings
from ioc.figures import progress
from producers.replay.event import ReplayEvent
from sinks import client
from sinks.event_table import table_name

IDS_A_QUERY = 2_500
"""A server refuses form fields beyond 128 KiB."""


class Archive:
    """The archive of one feed, read as the read-only user."""

    def __init__(self, connection: Client, settings: Settings, feed: Feed) -> None:
        self._client = connection
        self._settings = settings
        self._feed = feed
        self._known = (
            f"SELECT toString(event_id) FROM {table_name(feed.name)}"  # noqa: S608 - of the registry
            " WHERE district IN {districts:Array(String)} AND kind IN {kinds:Array(String)}"
            " AND occurred_at BETWEEN fromUnixTimestamp64Milli({first:Int64}, 'UTC')"
            " AND fromUnixTimestamp64Milli({last:Int64}, 'UTC')"
            " AND event_id IN {ids:Array(UUID)}"
        )

    def known(self, events: Sequence[ReplayEvent]) -> list[str]:
        """The ids of those events, given in order of time, that are archived."""
        found: list[str] = []
        for first in range(0, len(events), IDS_A_QUERY):
            found += self._known_of(events[first : first + IDS_A_QUERY])
        return found

    def _known_of(self, events: Sequence[ReplayEvent]) -> list[str]:
        # Beside the ids, what leads the sort key: so that few parts are read.
        parameters = {
            "districts": sorted({event.district for event in events}),
            "kinds": sorted({event.kind for event in events}),
            "first": events[0].at_ms,
            "last": events[-1].at_ms,
            "ids": [event.event_id for event in events],
        }
        rows = self._client.query(self._known, parameters=parameters).result_rows
        return list({str(event_id) for (event_id,) in rows})

    def require_not_too_late(self, oldest_ms: int) -> None:
        """Raise IocError where events of that time (ms since 1970) would be refused as too late."""
        held = progress(self._client).get(self._feed.name)
        if held is None:
            return
        oldest = datetime.fromtimestamp(oldest_ms / 1000, UTC)
        allowed = timedelta(hours=self._settings.lateness_h)
        if oldest < held.newest - allowed:
            behind_h = (held.newest - oldest).total_seconds() / 3600
            raise IocError(
                f"nothing was published: the oldest event, of {oldest:%Y-%m-%d %H:%M} UTC, lies "
                f"{behind_h:,.0f} h behind the newest one of {self._feed.name} in database "
                f"{self._settings.clickhouse_database}, of {held.newest:%Y-%m-%d %H:%M} UTC, more "
                f"than IOC_LATENESS_H={self._settings.lateness_h:g} h, and would be refused as too "
                "late: replay before live events start, or give --into a new name"
            )


@contextmanager
def archive_of(settings: Settings, feed: Feed) -> Iterator[Archive]:
    """The archive in the database of the settings. Raises UnavailableError."""
    try:
        with client.reader(settings, long_parameters=True) as connection:
            yield Archive(connection, settings, feed)
    except ClickHouseError as error:
        raise UnavailableError(
            f"ClickHouse at {client.address(settings)}, database {settings.clickhouse_database}: "
            f"{client.brief(error)}"
        ) from None
