"""Milliseconds that each statement of the screens takes over a month of data.

It starts a ClickHouse engine of its own over a temporary folder, fills it with what a month of all
feeds leaves behind (every indicator, horizon and unit each minute; panes as rich as at 1,000
events/s; an archive of some millions of events), and asks what every panel, variable, annotation
and alert rule asks when its dashboard opens::

    python -m benchmarks.dashboards --days 30 --events 1000000

``--period now-7d`` asks over another period than the dashboards open with. Filling takes three
minutes and 1 GB on two cores.
"""

import argparse
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from contracts.reference.province import load_reference
from contracts.registry import FEEDS
from contracts.settings import Settings, load_settings
from dashboards.checks.alerting import load_rules
from dashboards.checks.asked import Asked, default_period, of_dashboard, of_rules
from dashboards.checks.board import JSON_FOLDER, load_dashboards
from dashboards.checks.choices import opening
from dashboards.checks.engine import Ask, asking
from dashboards.checks.house import ZONE
from dashboards.checks.report import TARGET_MS
from dashboards.checks.seeding.rows import Extent, seed
from dashboards.grafana.queries import final_sql
from dashboards.grafana.variables import Selection
from ioc import schema
from ioc.embedded.scratch import scratch_clickhouse
from sinks.client import reader, writer
from sinks.rollups.rolling import roll_up_missing

CPU = "SELECT value FROM system.events WHERE event = 'OSCPUVirtualTimeMicroseconds'"
SETTLE_S = 20.0
"""Time to merge the rows just written."""
ROWS = """
SELECT name, total_rows, formatReadableSize(total_bytes) FROM system.tables
WHERE database = currentDatabase() AND total_rows > 100000 ORDER BY total_rows DESC
"""


def fill(settings: Settings, days: int, events: int) -> datetime:
    """Write rows of the last ``days``; return their end."""
    schema.apply(settings, FEEDS, load_reference(settings))
    until = datetime.now(UTC).replace(second=0, microsecond=0)
    extent = Extent(
        until, days * 1440, events, busy=4_000, bins=80, members=60, rejects=20_000 * days
    )
    with writer(settings) as client:
        seed(client, FEEDS, extent)
        roll_up_missing(client)
        time.sleep(SETTLE_S)
        for name, rows, size in client.query(ROWS).result_rows:
            print(f"{name}: {rows:,} rows, {size}")
    return until + timedelta(seconds=5)


def statements(
    ask: Ask, now: datetime, start: str | None
) -> Iterator[tuple[Asked, dict[str, Selection]]]:
    """All statements, each with the choices with which its dashboard opens."""
    zone = ZoneInfo(ZONE)
    for board in load_dashboards(JSON_FOLDER):
        chosen = opening(board, ask, default_period(board, now, zone))
        other = {**board.raw.get("time", {}), **({"from": start} if start else {})}
        for asked in of_dashboard(type(board)({**board.raw, "time": other}, board.file), now, zone):
            yield asked, chosen
    for asked in of_rules(load_rules() or (), now):
        yield asked, {}


@dataclass(frozen=True)
class Measured:
    """The times of a statement."""

    asked: Asked
    ms: float
    """Median over the runs."""
    cpu_ms: float
    """Mean CPU time of a run, which is more reliable on a busy machine."""
    rows: int


def measured(asked: Asked, chosen: dict[str, Selection], ask: Ask, runs: int) -> Measured:
    """Run a statement ``runs`` times."""
    sql = final_sql(asked.sql, chosen, asked.period, asked.interval_s(asked.period))
    begin = ask(CPU).rows[0][0]
    answers = [ask(sql) for _ in range(runs)]
    cpu_ms = (ask(CPU).rows[0][0] - begin) / 1000 / runs
    ms = statistics.median(answer.ms for answer in answers)
    return Measured(asked, ms, cpu_ms, len(answers[0].rows))


def main() -> None:
    """Fill, query, and print the slowest statements first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--events", type=int, default=1_000_000, help="events of each feed")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--period", help="beginning of the period, such as now-7d")
    given = parser.parse_args()
    with scratch_clickhouse(load_settings()) as settings:
        begin = time.monotonic()
        now = fill(settings, given.days, given.events)
        print(f"filled in {time.monotonic() - begin:.0f} s")
        with reader(settings) as client:
            ask = asking(client)
            found = [
                measured(asked, chosen, ask, given.runs)
                for asked, chosen in statements(ask, now, given.period)
            ]
    print_found(found)


def print_found(found: list[Measured]) -> None:
    """Print a line for each statement, the slowest first."""
    table = Table("Dashboard", "Place", "Kind", box=None)
    for name in ("Rows", "CPU ms", "ms"):
        table.add_column(name, justify="right")
    for one in sorted(found, key=lambda one: -one.ms):
        late = "!" if one.ms > TARGET_MS else ""
        place = (one.asked.dashboard, one.asked.place, one.asked.kind)
        table.add_row(*place, f"{one.rows:,}", f"{one.cpu_ms:,.0f}", f"{late}{one.ms:,.0f}")
    console = Console(width=160)
    console.print(table)
    slow = sum(one.ms > TARGET_MS for one in found)
    console.print(f"{len(found)} statements, {slow} above {TARGET_MS} ms (marked !)")


if __name__ == "__main__":
    main()
