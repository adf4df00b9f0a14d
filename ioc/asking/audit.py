"""``ioc audit``: recounts what the pipeline has stored, and says what differs."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime

from clickhouse_connect.driver.client import Client
from rich.console import Console
from rich.table import Table
from rich.text import Text

from contracts.feed import Feed
from contracts.settings import Settings
from ioc.asking.explained import explained
from ioc.asking.since import parse_since
from sinks import client
from sinks.audit import journal
from sinks.audit.auditor import Auditor
from sinks.audit.repair import Repairer
from sinks.audit.result import FeedAudit
from sinks.schema.event_table import table_name

COLUMNS = (
    "\nPublished", "\nArchived", "\nRejected", "\nDuplicates", "\nLate",
    "Panes\nchecked", "Panes\nwrong", "Gauges\nchecked", "Gauges\nwrong", "Hours,\ndays wrong",
)  # fmt: skip
ROOM = 150
"""Minimum width of the table, even in a narrower terminal, so that no figure is cut."""


def audit(
    settings: Settings, feeds: Sequence[Feed], since: str | None, console: Console, *, repair: bool
) -> bool:
    """Audit (and repair), print table and faults, note the results. True if nothing is wrong.

    Raises:
        IocError: ClickHouse or Kafka is away, there are no tables, ``since`` is no time, or a
            repair is not possible.
    """
    start = None if since is None else parse_since(since, datetime.now(UTC))
    with (
        explained(settings),
        client.reader(settings) as reading,
        client.writer(settings) as writing,
    ):
        there = _with_tables(reading, feeds)
        audits = _run(settings, there, start, console, reading, writing, repair=repair)
    if missing := ", ".join(feed.name for feed in feeds if feed not in there):
        console.print(f"not audited, since this database lacks their tables: {missing}")
    _print(console, start, audits, repaired=repair)
    return all(each.is_clean for each in audits)


def _with_tables(reading: Client, feeds: Sequence[Feed]) -> Sequence[Feed]:
    """The feeds that the stack runs or ran; all if none did, since the schema is missing then."""
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
    audits = []
    with console.status("auditing") as status:
        auditor = Auditor(reading, settings, _sleep, status.update)
        look = Repairer(auditor, settings).repair if repair else auditor.audit
        for feed in feeds:
            audits.append(look(feed.name, since))
            journal.note(writing, audits[-1], journal.COMMAND)
    return audits


def _sleep(seconds: float) -> bool:
    time.sleep(seconds)
    return False


def _print(
    console: Console, since: datetime | None, audits: Sequence[FeedAudit], *, repaired: bool
) -> None:
    table = Table("\nFeed", box=None, pad_edge=False, header_style="bold")
    for title in (*COLUMNS, "Panes\nrepaired", "Gauges\nrepaired") if repaired else COLUMNS:
        table.add_column(title, justify="right", no_wrap=True)
    for each in audits:
        table.add_row(*_row(each, repaired=repaired))
    span = "of everything" if since is None else f"since {since:%Y-%m-%d %H:%M}Z"
    console.print(f"Audit {span}, {datetime.now(UTC):%Y-%m-%d %H:%M:%S}Z")
    console.width = max(console.width, ROOM)
    console.print(table, soft_wrap=False, crop=False)
    for each in audits:
        for sentence in _remarks(each):
            console.print(sentence, style="dim")
    for fault in (fault for each in audits for fault in each.faults):
        console.print(fault, style="bold red", markup=False, emoji=False, highlight=False)


def _row(audited: FeedAudit, *, repaired: bool) -> list[Text]:
    account = audited.account
    counts = [account.published, account.archived, account.rejected, account.duplicates]
    counts += [account.late, audited.panes_checked, audited.panes_wrong]
    counts += [audited.gauges_checked, audited.gauges_wrong, audited.rollups_wrong]
    if repaired:
        counts += [audited.panes_repaired, audited.gauges_repaired]
    style = "green" if audited.is_clean else "bold red"
    return [Text(audited.feed, style=style), *(Text(f"{count:,}") for count in counts)]


def _remarks(audited: FeedAudit) -> list[str]:
    """Sentences about panes and events that the audit left out."""
    remarks = []
    if audited.panes_moving:
        remarks.append(
            f"{audited.feed}: {audited.panes_moving:,} panes were changing and are left to the "
            "next audit"
        )
    since = audited.accounted_since
    if since != audited.since and since is not None:
        remarks.append(
            f"{audited.feed}: events stored before {since:%Y-%m-%d %H:%M}Z are left out, since "
            "their rejects are no longer kept"
        )
    return remarks
