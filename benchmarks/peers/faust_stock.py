"""Stock Faust: an agent with ``take`` and a table with a changelog.

A thousand events are checked in one call, and each window is written once for them. This is its
fastest way: a write to the table for every event would halve its speed.
"""

import sys
import tempfile
import uuid

import faust

from benchmarks.meter import Meter
from benchmarks.peers.job import (
    CHECKS,
    EMPTY,
    PARTITIONS,
    Window,
    added,
    arguments,
    key_of,
    not_ahead,
)

TAKE = 1_000
given = arguments()
meter = Meter(given.events, expected=given.expect)
check = not_ahead(CHECKS[given.check], given.until)
app = faust.App(
    f"peer-{uuid.uuid4().hex[:8]}",
    broker=f"kafka://{given.bootstrap}",
    broker_session_timeout=6,
    broker_heartbeat_interval=2,
    broker_max_poll_records=5_000,
    stream_buffer_maxsize=16_384,
    store="memory://",
    datadir=tempfile.mkdtemp(prefix="peer-faust-"),
    topic_partitions=PARTITIONS,
    topic_disable_leader=True,
    consumer_auto_offset_reset="earliest",
    web_enabled=False,
)
events = app.topic(
    given.topic, key_type=bytes, key_serializer="raw", value_type=bytes, value_serializer="raw"
)
windows = app.Table(
    "windows", default=lambda: list(EMPTY), partitions=PARTITIONS, use_partitioner=True
)


@app.agent(events)
async def fold(stream: faust.StreamT[bytes]) -> None:
    """Fold the events of a batch, and write each window once."""
    async for values in stream.take(TAKE, within=0.5):
        changed: dict[str, Window] = {}
        readings = [reading for reading in check(values) if reading is not None]
        for reading in readings:
            key = key_of(reading)
            changed[key] = added(changed.get(key) or tuple(windows[key]), reading)
        for key, window in changed.items():
            windows[key] = list(window)
        meter.saw(len(values))
        meter.came_to_windows(len(readings))


if __name__ == "__main__":
    sys.argv = ["faust", "worker", "-l", "error"]
    meter.end_where_it_stands()
    app.main()
