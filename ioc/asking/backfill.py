"""``ioc backfill``: recounts the panes of a feed over its archive, beside running workers."""

import time
from datetime import UTC, datetime

from clickhouse_connect.driver.exceptions import ClickHouseError
from rich.console import Console

from contracts.errors import UnavailableError
from contracts.feed import Feed
from contracts.settings import Settings
from ioc.asking.since import parse_since
from sinks import client
from sinks.audit.auditor import Auditor
from sinks.audit.backfill import Backfill


def backfill(settings: Settings, feed: Feed, since: str | None, console: Console) -> None:
    """Recount the panes, and print progress and result.

    Raises:
        IocError: ClickHouse or Kafka is away, no worker applies the recount, or ``since`` is not a
            time.
    """
    start = None if since is None else parse_since(since, datetime.now(UTC))
    began = time.monotonic()
    try:
        with client.reader(settings) as reading, console.status("backfilling") as status:
            auditor = Auditor(reading, settings, _sleep, status.update)
            done = Backfill(auditor, settings, _sleep, status.update).run(feed.name, start)
    except ClickHouseError as error:
        where = f"ClickHouse at {client.address(settings)}"
        raise UnavailableError(
            f"{where} failed in the backfill: {client.brief(error)}; run it again, and it "
            "continues where it was"
        ) from None
    console.print(
        f"{feed.name}: {done:,} panes were recounted, all others were right; it took "
        f"{time.monotonic() - began:.0f} s",
        highlight=False,
    )


def _sleep(seconds: float) -> bool:
    time.sleep(seconds)
    return False
