"""Retries inserts until ClickHouse confirms them or refuses the data."""

import logging
import random
import time
from collections.abc import Iterator
from threading import Event

from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from contracts import metrics
from contracts.errors import UnavailableError
from contracts.settings import Settings
from sinks.client import address, brief, writer
from sinks.consuming.route import Counters, Insert, RollUp, Write
from sinks.errors import FatalSinkError
from sinks.faults import is_retryable
from sinks.rollups.rolling import roll_up

log = logging.getLogger(__name__)

INSERT_ROWS = metrics.INSERT_ROWS.histogram()
INSERT_SECONDS = metrics.INSERT_SECONDS.histogram()

INSERT_SETTINGS = {
    "async_insert": 0,  # the sink batches rows itself, and must learn of a failed insert
    "date_time_input_format": "best_effort",
    "input_format_skip_unknown_fields": 0,  # a message that does not fit its table must fail
    "input_format_null_as_default": 0,
    "precise_float_parsing": 1,  # recounts from the archive are compared to the last bit
    "max_partitions_per_insert_block": 0,  # a replay of many years is allowed
}


FIRST_PAUSE_S = 0.2


def pauses(longest_s: float, source: random.Random) -> Iterator[float]:
    """Seconds to wait after the first, second, … failed attempt: doubling, up to ``longest_s``.

    They vary at random, so that routes don't retry all at once.
    """
    limit = FIRST_PAUSE_S
    while True:
        yield min(limit, longest_s) * source.uniform(0.5, 1.0)
        limit = min(limit * 2, longest_s)


class Inserter:
    """Writes for one route, one insert at a time. ``halt`` ends the wait for ClickHouse."""

    def __init__(self, route: str, settings: Settings, counters: Counters, halt: Event) -> None:
        self._route, self._settings, self._counters = route, settings, counters
        self._halt = halt
        self._client: Client | None = None
        self._random = random.Random()
        self._sizes, self._seconds = INSERT_ROWS.labels(route), INSERT_SECONDS.labels(route)

    def write(self, insert: Write) -> bool:
        """Write, retrying until confirmed; False if ``halt`` was set before that.

        Raises FatalSinkError when ClickHouse answers with a permanent error.
        """
        waits = pauses(self._settings.sink_retry_max_s, self._random)
        while True:
            started = time.monotonic()
            try:
                self._send(insert)
            except (UnavailableError, ClickHouseError) as error:
                self._judge(insert, error)
                if not self._wait(insert, error, waits):
                    return False
            else:
                if isinstance(insert, Insert):
                    self._count(insert, time.monotonic() - started)
                return True

    def _count(self, insert: Insert, seconds: float) -> None:
        self._counters.inserted(insert.rows, seconds)
        self._sizes.observe(insert.rows)
        self._seconds.observe(seconds)

    def close(self) -> None:
        """Close the connection."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def _send(self, insert: Write) -> None:
        if self._client is None:
            self._client = writer(self._settings)
        if isinstance(insert, RollUp):
            roll_up(self._client, insert.hours)
            return
        self._client.raw_insert(
            insert.table,
            insert.columns or None,
            insert.body,
            settings=INSERT_SETTINGS,
            fmt="JSONEachRow",
        )

    def _judge(self, insert: Write, error: Exception) -> None:
        if isinstance(error, ClickHouseError) and not is_retryable(error):
            raise FatalSinkError(
                f"ClickHouse refuses {insert.rows} rows for table {insert.table}: {brief(error)}"
            ) from None

    def _wait(self, insert: Write, error: Exception, waits: Iterator[float]) -> bool:
        if self._halt.is_set():
            return False
        self._counters.retries += 1
        pause = next(waits)
        log.warning(
            "%s: inserting %d rows into %s at %s failed, trying again in %.1f s: %s",
            self._route,
            insert.rows,
            insert.table,
            address(self._settings),
            pause,
            brief(error),
        )
        self._halt.wait(pause)
        return True
