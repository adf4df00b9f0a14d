"""The last audits, for ``ioc status``."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from clickhouse_connect.driver.exceptions import ClickHouseError
from rich.console import Console
from rich.table import Table
from rich.text import Text

from contracts.feed import Feed
from contracts.settings import Settings
from ioc.asking.explained import is_missing
from ioc.status.ages import ENGLISH, show_age
from sinks import client

NEWEST = (
    "SELECT feed, audited_at, panes_checked + gauges_checked, panes_wrong - panes_repaired"
    " + gauges_wrong - gauges_repaired + rollups_wrong, missing, detail"
    " FROM audit WHERE audited_at <= now64(3) ORDER BY audited_at DESC LIMIT 1 BY feed"
)
"""Audits dated in the future, after a clock was set back, would pass for the last for that long."""


def audits(settings: Settings, feeds: Sequence[Feed], console: Console) -> bool:
    """Print the last audit of each feed. True if none of them found a fault."""
    newest = {row[0]: row for row in _newest(settings)}
    table = Table("Audit", box=None, pad_edge=False, header_style="bold")
    for title in ("When", "Checked", "Wrong", "Missing"):
        table.add_column(title, justify="right")
    for feed in feeds:
        table.add_row(Text(feed.name), *_cells(newest.get(feed.name)))
    console.print(table)
    faulty = [feed.name for feed in feeds if feed.name in newest and newest[feed.name][-1]]
    if faulty:
        console.print(f"`ioc audit` says what is wrong with: {', '.join(faulty)}", style="red")
    return not faulty


def _newest(settings: Settings) -> Sequence[Sequence[Any]]:
    with client.reader(settings) as connection:
        try:
            return connection.query(NEWEST).result_rows
        except ClickHouseError as error:
            if not is_missing(error):  # a schema older than audits
                raise
            return []


def _cells(row: Sequence[Any] | None) -> list[Text]:
    if row is None:
        return [Text("not yet", style="dim"), *[Text("–")] * 3]
    _, audited_at, checked, wrong, missing, detail = row
    age = show_age((datetime.now(UTC) - audited_at).total_seconds(), ENGLISH)
    style = "bold red" if detail else "green"
    return [Text(age, style=style), *(Text(f"{count:,}") for count in (checked, wrong, missing))]
