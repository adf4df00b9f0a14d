"""Quix Streams: a tumbling window by key, its state in RocksDB with a changelog.

It hands over one event at a time, so that each is checked alone.
"""

import tempfile
import uuid
from typing import Any

from quixstreams import Application

from benchmarks.meter import Meter
from benchmarks.peers.job import EMPTY, MINUTE_S, added, arguments, checked

given = arguments()
meter = Meter(given.events)
app = Application(
    broker_address=given.bootstrap,
    consumer_group=f"peer-{uuid.uuid4().hex[:8]}",
    auto_offset_reset="earliest",
    consumer_extra_config={"session.timeout.ms": 6_000},
    state_dir=tempfile.mkdtemp(prefix="peer-quix-"),
    loglevel="ERROR",
)
topic = app.topic(given.topic, key_deserializer="bytes", value_deserializer="bytes")


def read(value: bytes) -> Any:
    """Check; None where it is not valid."""
    meter.tick()
    return checked(value)


def occurred(value: Any, *_: Any) -> int:
    """Event time in milliseconds."""
    return int(value["occurred_at"].timestamp() * 1000)


frame = app.dataframe(topic)
frame = frame.apply(read).filter(lambda event: event is not None)
frame = frame.set_timestamp(occurred)
frame = (
    frame.tumbling_window(MINUTE_S * 1000, grace_ms=86_400_000)
    .reduce(
        reducer=lambda window, event: list(added(tuple(window), event)),
        initializer=lambda event: list(added(EMPTY, event)),
    )
    .final()
)

if __name__ == "__main__":
    app.run()
