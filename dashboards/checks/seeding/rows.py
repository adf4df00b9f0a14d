"""Fills the tables with panes and events that fit a feed's contract."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from clickhouse_connect.driver.client import Client

from contracts.feed import Feed
from contracts.indicators.measures import Distinct, Histogram
from dashboards.checks.seeding.events import insertions

FOLDER = Path(__file__).parent
TABLES = ("rejects", "reject_replays", "progress", "audit", "operations")
STEPS = 1440
"""Steps of one statement: the minutes of a day."""
SETTINGS = {"min_insert_block_size_rows": 65_536, "min_insert_block_size_bytes": 16 << 20}
"""By default an insert gathers 256 MB before it writes: more than the embedded engine may use."""


@dataclass(frozen=True)
class Extent:
    """How many rows to write. Minutes count back from ``until``, an aware whole minute."""

    until: datetime
    minutes: int
    events: int
    """Events of each feed within these minutes."""
    step_s: int = 60
    """Seconds between panes and between figures."""
    busy: int = 60
    """Average events of a district and minute in panes; they vary by half of it."""
    bins: int = 60
    """Bins of each histogram in a pane."""
    members: int = 6
    """Members drawn for each set in a pane; they may repeat."""
    rejects: int = 500
    """Rejects of each feed."""


def seed(client: Client, feeds: Sequence[Feed], extent: Extent) -> None:
    """Fill the tables of the client's database, which has its schema and dimensions already."""
    whole = {
        "until": int(extent.until.timestamp()),
        "minutes": extent.minutes,
        "events": extent.events,
        "rows": extent.rejects,
        "step_s": extent.step_s,
    }
    steps = extent.minutes * 60 // extent.step_s
    for first in range(0, steps, STEPS):
        some = {**whole, "first": first, "steps": min(STEPS, steps - first)}
        _run(client, _file("indicators"), some)
    seed_panes(client, feeds, extent)
    for table in TABLES:
        _run(client, _file(table), whole)
    for feed in feeds:
        for sql in insertions(feed):
            _run(client, sql, whole)


def seed_panes(client: Client, feeds: Sequence[Feed], extent: Extent) -> None:
    """Fill only the table of panes."""
    whole = {"until": int(extent.until.timestamp()), "step_s": extent.step_s}
    steps = extent.minutes * 60 // extent.step_s
    for first in range(0, steps, STEPS):
        some = {**whole, "first": first, "steps": min(STEPS, steps - first)}
        for feed in feeds:
            _run(client, _file("panes"), {**some, **_parts(feed, extent)})


def _file(name: str) -> str:
    return (FOLDER / f"{name}.sql").read_text(encoding="utf-8")


def _run(client: Client, sql: str, parameters: Mapping[str, Any]) -> None:
    """Run a statement with only those parameters that it names; ClickHouse refuses others."""
    used = {key: value for key, value in parameters.items() if f"{{{key}:" in sql}
    client.command(sql, parameters=used or None, settings=SETTINGS)


def _parts(feed: Feed, extent: Extent) -> dict[str, Any]:
    histograms = {one.part for one in feed.measures if isinstance(one, Histogram)}
    sets = {one.part for one in feed.measures if isinstance(one, Distinct)}
    counts = [one.part for one in feed.measures if one.part not in histograms | sets]
    return {
        "feed": feed.name,
        "counts": list(dict.fromkeys(["events", *counts])),
        "histograms": sorted(histograms),
        "sets": sorted(sets),
        "busy": extent.busy,
        "bins": extent.bins,
        "members": extent.members,
    }
