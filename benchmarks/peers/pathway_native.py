"""Pathway at its fastest, all of it in Rust: it parses JSON, and no Python sees an event.

What it checks is that a message is JSON with fields of these types. Bounds, patterns, unknown
fields and unknown districts pass, so that its windows hold more than the models let in; the minute
is the text before the seconds.
"""

from datetime import UTC

import pathway as pw

from benchmarks.meter import Meter
from benchmarks.peers.job import TO_THE_MINUTE, arguments
from benchmarks.peers.pathway_run import read_topic, run_windows

given = arguments()
meter = Meter(given.events, expected=given.expect)
UNTIL = f"{given.until.astimezone(UTC):%Y-%m-%dT%H:%M:%S.999Z}"


class Event(pw.Schema):
    """The fields that the window needs."""

    district: str
    occurred_at: str
    kind: str
    speed_kmh: float = pw.column_definition(default_value=0.0)
    violation: str | None = pw.column_definition(default_value=None)


raw = read_topic(given, format="json", schema=Event)
is_vehicle = pw.this.kind == "detection"
rows = raw.filter(pw.this.occurred_at <= UNTIL).select(
    key=pw.this.district + "|" + pw.this.occurred_at.str.slice(0, TO_THE_MINUTE),
    vehicles=pw.if_else(is_vehicle, 1, 0),
    speed=pw.this.speed_kmh,
    suspected=pw.if_else(is_vehicle & pw.this.violation.is_not_none(), 1, 0),
)


def committed(held: int) -> None:
    """Count the events since the last commit."""
    came = held - meter.in_windows
    meter.saw(came)
    meter.came_to_windows(came)


if __name__ == "__main__":
    meter.end_where_it_stands()
    run_windows(rows, committed)
