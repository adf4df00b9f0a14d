"""The time of queries for the figures of a year: all indicators, ten units and the province.

It starts a ClickHouse engine of its own over a temporary folder, makes a year of panes of all feeds
(one an hour and unit, with histograms of 80 bins), rolls them up and asks::

    python -m benchmarks.periods

Making the year takes two minutes on two cores. Beside the time there is the processor's, which
says more on a machine that does other things as well.
"""

import argparse
import statistics
import time
from datetime import UTC, datetime, timedelta

from clickhouse_connect.driver.client import Client
from rich.console import Console
from rich.table import Table

from benchmarks.dashboards import CPU
from contracts.reference.province import load_reference
from contracts.registry import FEEDS
from contracts.settings import load_settings
from dashboards.checks.seeding.rows import Extent, seed_panes
from ioc import schema
from ioc.embedded.scratch import scratch_clickhouse
from sinks.client import writer
from sinks.rollups.rolling import roll_up_missing

HOUR_S = 3_600
QUESTIONS = {
    "all, by day": "figures({year}, grain = 'day')",
    "all, by week": "figures({year}, grain = 'week')",
    "all, by month": "figures({year}, grain = 'month')",
    "all, by year": "figures({year}, grain = 'year')",
    "all, today": "figures({day}, grain = 'day')",
    "all, this month": "figures({day}, grain = 'month')",
    "a share, by day": "figures_of(indicator = 'dossier.on_time_share', {year}, grain = 'day')",
    "a quantile, by day": "figures_of(indicator = 'traffic.speed_p85', {year}, grain = 'day')",
}


def main() -> None:
    """Make the year, query it, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--bins", type=int, default=80, help="bins of each histogram in a pane")
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    until = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    extent = Extent(until, given.days * 1440, 0, step_s=HOUR_S, busy=400, bins=given.bins)
    bounds = "since = '{:%Y-%m-%d}', until = '{:%Y-%m-%d}'"
    asked = {
        "year": bounds.format(until - timedelta(days=given.days), until),
        "day": bounds.format(until, until),
    }
    table = Table("Question", *("Rows", "CPU ms", "ms"), box=None)
    with scratch_clickhouse(load_settings(clickhouse_memory_mb=800)) as settings:
        schema.apply(settings, FEEDS, load_reference(settings))
        with writer(settings) as client:
            seed_panes(client, FEEDS, extent)
            began = time.monotonic()
            roll_up_missing(client)
            print(f"rolled up in {time.monotonic() - began:.0f} s")
            for name, view in QUESTIONS.items():
                table.add_row(name, *_measured(client, view.format(**asked), given.runs))
    Console(width=100).print(table)


def _measured(client: Client, view: str, runs: int) -> tuple[str, str, str]:
    """Rows, CPU time and time of a query whose whole answer the engine computes."""
    sums = "sum(value), sum(numerator), sum(denominator), sum(is_complete)"
    sql = f"SELECT count(), {sums}, max(as_of), max(unit) FROM {view}"  # noqa: S608 - ours alone
    ((begin,),) = client.query(CPU).result_rows
    times = []
    for _ in range(runs):
        began = time.monotonic()
        ((rows, *_),) = client.query(sql).result_rows
        times.append(time.monotonic() - began)
    ((end,),) = client.query(CPU).result_rows
    cpu_ms = (end - begin) / 1000 / runs
    return f"{rows:,}", f"{cpu_ms:,.0f}", f"{statistics.median(times) * 1000:,.0f}"


if __name__ == "__main__":
    main()
