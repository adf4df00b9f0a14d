"""Takes readings of the running stack for its screen."""

import time
from collections.abc import Sequence
from dataclasses import replace

from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from contracts.errors import UnavailableError
from contracts.feed import Feed
from contracts.settings import Settings
from ioc.embedded.screen import Reading
from ioc.rejects.share import reject_shares
from ioc.status.figures import headline_figures, progress, reject_reasons
from sinks import client

RATE_OVER_S = 10.0
REJECTS_EVERY_S = 15.0
"""A day's reasons and an hour's share change slowly, and reading them costs a scan of the archive.
"""


class Watch:
    """Reads figures as often as new ones appear; rates are means over the last ten seconds."""

    def __init__(self, settings: Settings, feeds: Sequence[Feed]) -> None:
        self._settings = settings
        self._feeds = feeds
        self._client: Client | None = None
        self._totals: list[tuple[float, dict[str, int]]] = []
        self._reading = Reading()
        self._read_at = self._rejects_at = -REJECTS_EVERY_S

    def read(self) -> Reading:
        """A reading; while ClickHouse is away it says so and holds no figures."""
        if time.monotonic() - self._read_at < self._settings.emit_interval_s:
            return self._reading
        try:
            if self._client is None:
                self._client = client.reader(self._settings)
            self._reading = self._read(self._client)
            self._read_at = time.monotonic()
        except (UnavailableError, ClickHouseError, OSError) as error:
            self.close()
            return Reading(trouble=f"no figures now: {client.brief(error)}")
        return self._reading

    def _read(self, connection: Client) -> Reading:
        now = progress(connection)
        reading = replace(
            self._reading,
            figures=headline_figures(connection, self._feeds),
            progress=now,
            rates=self._rates({feed: progress.total for feed, progress in now.items()}),
        )
        if time.monotonic() - self._rejects_at < REJECTS_EVERY_S:
            return reading
        shares, limit = reject_shares(connection, self._feeds), self._settings.reject_limit
        self._rejects_at = time.monotonic()
        return replace(
            reading,
            reasons=reject_reasons(connection),
            over_limit=frozenset(feed for feed, share in shares.items() if share.is_over(limit)),
        )

    def _rates(self, totals: dict[str, int]) -> dict[str, float]:
        at = time.monotonic()
        self._totals.append((at, totals))
        while self._totals[0][0] < at - RATE_OVER_S:
            self._totals.pop(0)
        since, first = self._totals[0]
        if at == since:
            return {}
        return {
            feed: max(0, total - first.get(feed, 0)) / (at - since)
            for feed, total in totals.items()
        }

    def close(self) -> None:
        """Close the connection."""
        if self._client is not None:
            self._client.close()
            self._client = None
