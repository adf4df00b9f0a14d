"""Seconds that an audit of millions of events takes, and the engine's peak memory.

Start ClickHouse alone over a folder of its own, then this beside it::

    export IOC_DATA_DIR=var-audit IOC_CLICKHOUSE_PORT=18199
    ioc clickhouse & sleep 3; ioc schema apply
    python -m benchmarks.audit --events 5000000 --pid $!

The events are detections at 50/s over ten districts, made by ClickHouse itself, and the panes those
that they come to. A second run adds to the first, so that ``--events`` may grow.
"""

import argparse
import time
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

from clickhouse_connect.driver.client import Client

from contracts.settings import load_settings
from sinks import client
from sinks.audit.auditor import Auditor
from sinks.audit.result import FeedAudit

CHUNK = 1_000_000
EVENTS = """
INSERT INTO events_traffic (event_id, district, occurred_at, source, feed, camera_id, road, kind,
    lane, vehicle_class, speed_kmh, limit_kmh, confidence, generation, partition, offset, late)
SELECT generateUUIDv4(), toString(148 + number % 10),
    toDateTime64('2026-01-01 00:00:00', 3, 'UTC') + toIntervalMillisecond(20 * number), 'bench',
    'traffic', 'cam-1', 'QL6', 'detection', 1, 'car', 40 + number % 200 / 10, 60, 0.9,
    0, 0, number, false
FROM numbers({first:UInt64}, {count:UInt64})
"""
PANES = """
INSERT INTO panes
SELECT 'traffic', district, toStartOfMinute(occurred_at) AS pane, max(offset),
    map('events', count(), 'detections', count(),
        'speed_deci_kmh', sum(toInt64(round(speed_kmh * 10)))),
    map('speed_kmh', sumMap(map(toInt32(assumeNotNull(speed_kmh)), 1))), map(), now64(3)
FROM events_traffic GROUP BY district, pane
"""
PROGRESS = """
INSERT INTO progress (feed, generation, partition, version, emitted_at)
SELECT 'traffic', 0, 0, max(offset), now64(3) FROM events_traffic
"""


def fill(connection: Client, events: int) -> None:
    """Fill archive, panes and progress up to this number of events."""
    ((held,),) = connection.query("SELECT count() FROM events_traffic").result_rows
    for first in range(held, events, CHUNK):
        count = min(CHUNK, events - first)
        connection.command(EVENTS, parameters={"first": first, "count": count})
    for statement in (PANES, PROGRESS):
        connection.command(statement)


def show(name: str, found: FeedAudit, pid: int | None) -> None:
    """Print the findings and the cost of an audit."""
    for fault in found.faults:
        print(fault)
    print(
        f"{name}: {found.account.published:,} events, {found.panes_checked:,} panes in "
        f"{found.seconds:.1f} s; peak memory {peak_mb(pid)}"
    )


def peak_mb(pid: int | None) -> str:
    """The peak memory of a process on this machine (Linux)."""
    if pid is None:
        return "not measured (--pid)"
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    (peak,) = [int(line.split()[1]) for line in lines if line.startswith("VmHWM")]
    return f"{peak / 1024:,.0f} MB"


def main() -> None:
    """Fill, audit everything, audit again (nothing is new: the fixed cost), print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--events", type=int, default=2_000_000)
    parser.add_argument("--pid", type=int, help="process of ClickHouse, to see its memory")
    given = parser.parse_args()
    settings = load_settings()
    with client.writer(settings) as connection:
        began = time.monotonic()
        fill(connection, given.events)
        print(f"filled in {time.monotonic() - began:.1f} s; peak memory {peak_mb(given.pid)}")
        auditor = Auditor(connection, settings, Event().wait)
        show("everything", auditor.audit("traffic", None), given.pid)
        show("nothing new", auditor.audit("traffic", datetime.now(UTC)), given.pid)


if __name__ == "__main__":
    main()
