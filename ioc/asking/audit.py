"""``ioc audit``: recounts what the pipeline has stored, and says what differs."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime

from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError
from rich.console import Console
from rich.table import Table
from rich.text import Text

from contracts.errors import IocError, UnavailableError
from contracts.feed import Feed
from contracts.settings import Settings
from ioc.asking.since import parse_since
from sinks import client
from sinks.audit import journal
from sinks.audit.auditor import Auditor
from sinks.audit.repair import Repairer
from sinks.audit.result import FeedAudit
from sinks.faults import code_of
from sinks.schema.event_table import table_name

NO_TABLE = frozenset({60, 81})
"""Codes of ClickHouse for an unknown table and an unknown database."""
COLUMNS = (
    "\nPublished", "\nArchived", "\nRejected", "\nDuplicates", "\nLate",
    "Panes\nchecked", "Panes\nwrong", "Gauges\nchecked", "Gauges\nwrong",
)  # fmt: skip
ROOM = 120
"""Columns that the table may take even where the terminal has fewer: no figure is cut short."""


def audit(
    settings: Settings, feeds: Sequence[Feed], since: str | None, console: Console, *, repair: bool
) -> bool:
    """Audit (and repair), print the table and the faults, note the results; is nothing at fault?

    Raises:
        IocError: ClickHouse or Kafka is away, there are no tables, ``since`` is no time, or a
            repair is not possible.
    """
    start = None if since is None else parse_since(since, datetime.now(UTC))
    try:
        with client.reader(settings) as reading, client.writer(settings) as writing:
            reading.database = settings.clickhouse_database
            there = _with_tables(reading, feeds)
            found = _run(settings, there, start, console, reading, writing, repair=repair)
    except ClickHouseError as error:
        raise _sentence(settings, error) from None
    if missing := ", ".join(feed.name for feed in feeds if feed not in there):
        console.print(f"not audited, for this database has no tables of theirs: {missing}")
    _print(console, start, found, repaired=repair)
    return all(each.is_clean for each in found)


def _with_tables(reading: Client, feeds: Sequence[Feed]) -> Sequence[Feed]:
    """Those that the stack runs or ran; all where there is none, for the schema is missing then."""
    rows = reading.query("SHOW TABLES")
    tables = {name for (name,) in rows.result_rows}
    return [feed for feed in feeds if table_name(feed.name) in tables] or feeds


def _run(
    settings: Settings,
    feeds: Sequence[Feed],
    since: datetime | None,
    console: Console,
    reading: Client,
    writing: Client,
    *,
    repair: bool,
) -> list[FeedAudit]:
    found = []
    with console.status("auditing") as status:
        auditor = Auditor(reading, settings, _sleep, status.update)
        look = Repairer(auditor, settings).repair if repair else auditor.audit
        for feed in feeds:
            found.append(look(feed.name, since))
            journal.note(writing, found[-1], journal.COMMAND)
    return found


def _sleep(seconds: float) -> bool:
    time.sleep(seconds)
    return False


def _sentence(settings: Settings, error: ClickHouseError) -> IocError:
    where = f"ClickHouse at {client.address(settings)}"
    if code_of(error) in NO_TABLE:
        return IocError(
            f"{where} lacks tables of this version in database {settings.clickhouse_database}: "
            "run `ioc schema apply`"
        )
    return UnavailableError(f"{where} did not finish the audit: {client.brief(error)}")


def _print(
    console: Console, since: datetime | None, found: Sequence[FeedAudit], *, repaired: bool
) -> None:
    table = Table("\nFeed", box=None, pad_edge=False, header_style="bold")
    for title in (*COLUMNS, "Panes\nrepaired", "Gauges\nrepaired") if repaired else COLUMNS:
        table.add_column(title, justify="right", no_wrap=True)
    for each in found:
        table.add_row(*_row(each, repaired=repaired))
    span = "of everything" if since is None else f"since {since:%Y-%m-%d %H:%M}Z"
    console.print(f"Audit {span}, {datetime.now(UTC):%Y-%m-%d %H:%M:%S}Z")
    console.width = max(console.width, ROOM)
    console.print(table, soft_wrap=False, crop=False)
    for each in found:
        for sentence in _remarks(each):
            console.print(sentence, style="dim")
    for fault in (fault for each in found for fault in each.faults):
        console.print(fault, style="bold red", markup=False, emoji=False, highlight=False)


def _row(found: FeedAudit, *, repaired: bool) -> list[Text]:
    account = found.account
    counts = [account.published, account.archived, account.rejected, account.duplicates]
    counts += [account.late, found.panes_checked, found.panes_wrong]
    counts += [found.gauges_checked, found.gauges_wrong]
    if repaired:
        counts += [found.panes_repaired, found.gauges_repaired]
    style = "green" if found.is_clean else "bold red"
    return [Text(found.feed, style=style), *(Text(f"{count:,}") for count in counts)]


def _remarks(found: FeedAudit) -> list[str]:
    """What the figures leave out."""
    said = []
    if found.panes_moving:
        said.append(
            f"{found.feed}: {found.panes_moving:,} panes were changing and are left to the next "
            "audit"
        )
    if found.accounted_since != found.since and found.accounted_since is not None:
        said.append(
            f"{found.feed}: events stored before {found.accounted_since:%Y-%m-%d %H:%M}Z are left "
            "out, for their rejects are no longer kept"
        )
    return said
