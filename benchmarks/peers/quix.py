"""Quix Streams: a tumbling window by key, its state in RocksDB with a changelog.

It hands over one event at a time, so each event is checked alone.
"""

import tempfile
import uuid
from typing import Any

from quixstreams import Application

from benchmarks.meter import Meter
from benchmarks.peers.job import (
    CHECKS,
    EMPTY,
    MINUTE_S,
    Reading,
    Window,
    added,
    arguments,
    not_ahead,
    occurred,
)

given = arguments()
meter = Meter(given.events, expected=given.expect)
check = not_ahead(CHECKS[given.check], given.until)
app = Application(
    broker_address=given.bootstrap,
    consumer_group=f"peer-{uuid.uuid4().hex[:8]}",
    auto_offset_reset="earliest",
    consumer_extra_config={"session.timeout.ms": 6_000},
    state_dir=tempfile.mkdtemp(prefix="peer-quix-"),
    loglevel="ERROR",
)
topic = app.topic(given.topic, key_deserializer="bytes", value_deserializer="bytes")


def read(value: bytes) -> Reading | None:
    """The reading of a message; None if it is invalid."""
    meter.saw()
    (reading,) = check([value])
    return reading


def fold(window: Window, reading: Reading) -> list[Any]:
    """The window with one more event, in a form that can be stored."""
    meter.came_to_windows()
    return list(added(window, reading))


def occurred_ms(reading: Reading, *_: Any) -> int:
    """Event time in milliseconds since 1970."""
    return int(occurred(reading).timestamp() * 1000)


frame = app.dataframe(topic)
frame = frame.apply(read).filter(lambda reading: reading is not None)
frame = frame.set_timestamp(occurred_ms)
frame = (
    frame.tumbling_window(MINUTE_S * 1000, grace_ms=86_400_000)
    .reduce(
        reducer=lambda window, reading: fold(tuple(window), reading),
        initializer=lambda reading: fold(EMPTY, reading),
    )
    .final()
)

if __name__ == "__main__":
    meter.end_where_it_stands()
    app.run()
