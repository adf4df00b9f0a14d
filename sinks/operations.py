"""Notes of what happens to the system itself, which screens set beside what they measure."""

import logging
from collections.abc import Sequence
from threading import Event, Thread

from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from contracts.errors import UnavailableError
from contracts.feed import Feed
from contracts.settings import Settings
from sinks.client import brief, writer
from sinks.rows import add_rows

log = logging.getLogger(__name__)

START, SCHEMA = "start", "schema"
RETRY_S = 5.0


def note(client: Client, kind: str, part: str, detail: str) -> None:
    """Add a row, with the server's time. Raises ClickHouseError."""
    ((now,),) = client.query("SELECT now64(3, 'UTC')").result_rows
    add_rows(client, "operations", [(now, kind, part, detail)], ("at", "kind", "part", "detail"))


class StartNote(Thread):
    """Notes that the sink has started, as soon as ClickHouse is there."""

    def __init__(self, settings: Settings, feeds: Sequence[Feed], halt: Event) -> None:
        super().__init__(name="start note", daemon=True)
        self._settings, self._halt = settings, halt
        self._detail = ", ".join(feed.name for feed in feeds)

    def run(self) -> None:
        """Try until it is noted, or until told to halt."""
        while not self._noted() and not self._halt.wait(RETRY_S):
            pass

    def _noted(self) -> bool:
        try:
            with writer(self._settings) as client:
                note(client, START, "sink", self._detail)
        except (UnavailableError, ClickHouseError) as error:
            log.info("the start is not noted yet: %s", brief(error))
            return False
        return True
