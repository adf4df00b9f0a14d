"""Notes of events of the system itself, which screens show beside its figures."""

import logging
from collections.abc import Sequence
from queue import Empty, Queue
from threading import Event, Thread

from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from contracts.errors import UnavailableError
from contracts.feed import Feed
from contracts.settings import Settings
from sinks.client import brief, writer
from sinks.small_inserts import add_rows

log = logging.getLogger(__name__)

START, SCHEMA, PARKED, RESUMED = "start", "schema", "parked", "resumed"
RETRY_S, LOOK_S = 5.0, 0.5


def note(client: Client, kind: str, part: str, detail: str) -> None:
    """Add a row, with the server's time. Raises ClickHouseError."""
    ((now,),) = client.query("SELECT now64(3, 'UTC')").result_rows
    add_rows(client, "operations", [(now, kind, part, detail)], ("at", "kind", "part", "detail"))


class Notes(Thread):
    """Writes the sink's notes in order, once ClickHouse is reachable.

    The first note is the start of the sink. ``tell`` is thread-safe.
    """

    def __init__(self, settings: Settings, feeds: Sequence[Feed], halt: Event) -> None:
        super().__init__(name="notes", daemon=True)
        self._settings, self._halt = settings, halt
        self._told: Queue[tuple[str, str, str]] = Queue()
        self.tell(START, "sink", ", ".join(feed.name for feed in feeds))

    def tell(self, kind: str, part: str, detail: str) -> None:
        """Queue a note."""
        self._told.put((kind, part, detail))

    def run(self) -> None:
        """Write each queued note, retrying, until ``halt`` is set."""
        while not self._halt.is_set():
            try:
                told = self._told.get(timeout=LOOK_S)
            except Empty:
                continue
            while not self._noted(*told) and not self._halt.wait(RETRY_S):
                pass

    def _noted(self, kind: str, part: str, detail: str) -> bool:
        try:
            with writer(self._settings) as client:
                note(client, kind, part, detail)
        except (UnavailableError, ClickHouseError) as error:
            log.info("could not note the %s of %s yet: %s", kind, part, brief(error))
            return False
        return True
