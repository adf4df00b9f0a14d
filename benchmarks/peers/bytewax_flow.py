"""Bytewax: tumbling event-time windows by district, folded; no recovery store.

Whole batches are checked at once, which is its fastest way.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import bytewax.operators as op
import bytewax.operators.windowing as win
from bytewax.connectors.kafka import KafkaSource
from bytewax.dataflow import Dataflow
from bytewax.operators.windowing import EventClock, TumblingWindower
from bytewax.outputs import DynamicSink, StatelessSinkPartition
from bytewax.testing import run_main

from benchmarks.meter import Meter
from benchmarks.peers.job import (
    CHECKS,
    EMPTY,
    MINUTE_S,
    Reading,
    Window,
    added,
    arguments,
    merged,
    not_ahead,
    occurred,
)

given = arguments()
meter = Meter(given.events, expected=given.expect)
check = not_ahead(CHECKS[given.check], given.until)


class Nowhere(StatelessSinkPartition[Any]):
    """Discards everything."""

    def write_batch(self, items: list[Any]) -> None:
        """Discard a batch."""


class NowhereSink(DynamicSink[Any]):
    """A sink that discards everything."""

    def build(self, *_: Any) -> Nowhere:
        """The only partition."""
        return Nowhere()


def read(messages: list[Any]) -> Iterator[tuple[str, Reading]]:
    """Check messages; return the valid events by their districts."""
    meter.saw(len(messages))
    for reading in check([message.value for message in messages]):
        if reading is not None:
            yield reading[0], reading


def fold(window: Window, reading: Reading) -> Window:
    """The window with one more event."""
    meter.came_to_windows()
    return added(window, reading)


LONGEST = timedelta(minutes=25)
"""Events arrive up to 20 minutes late. Later ones than this would be in no window."""
flow = Dataflow("peer")
source = KafkaSource([given.bootstrap], [given.topic], batch_size=1_000)
stream = op.flat_map_batch("check", op.input("kafka", flow, source), read)
windows = win.fold_window(
    "fold",
    stream,
    EventClock(occurred, wait_for_system_duration=LONGEST),
    TumblingWindower(timedelta(seconds=MINUTE_S), datetime(2026, 1, 1, tzinfo=UTC)),
    lambda: EMPTY,
    fold,
    merged,
)
op.output("nowhere", windows.down, NowhereSink())

if __name__ == "__main__":
    meter.end_where_it_stands()
    run_main(flow)
