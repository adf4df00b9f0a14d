"""Quix Streams: a tumbling window by key, its state in RocksDB with a changelog.

It hands over one event at a time, so that each is checked alone.
"""

import tempfile
import uuid
from typing import Any

from quixstreams import Application

from benchmarks.meter import Meter
from benchmarks.peers.job import CHECKS, EMPTY, MINUTE_S, Reading, added, arguments, occurred

given = arguments()
meter = Meter(given.events)
check = CHECKS[given.check]
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
    """Check; None where it is not valid."""
    meter.tick()
    (reading,) = check([value])
    return reading


def occurred_ms(reading: Reading, *_: Any) -> int:
    """Event time in milliseconds since 1970."""
    return int(occurred(reading).timestamp() * 1000)


frame = app.dataframe(topic)
frame = frame.apply(read).filter(lambda reading: reading is not None)
frame = frame.set_timestamp(occurred_ms)
frame = (
    frame.tumbling_window(MINUTE_S * 1000, grace_ms=86_400_000)
    .reduce(
        reducer=lambda window, reading: list(added(tuple(window), reading)),
        initializer=lambda reading: list(added(EMPTY, reading)),
    )
    .final()
)

if __name__ == "__main__":
    app.run()
