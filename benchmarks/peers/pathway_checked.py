"""Pathway: rows from Kafka, checked by district and minute.

A user function over batches is its fastest way to run Python; it gets 128 rows at most.
"""

import pathway as pw

from benchmarks.meter import Meter
from benchmarks.peers.job import CHECKS, Reading, arguments, key_of, not_ahead
from benchmarks.peers.pathway_run import read_topic, run_windows

BATCH = 5_000
given = arguments()
meter = Meter(given.events, expected=given.expect)
check = not_ahead(CHECKS[given.check], given.until)
Row = tuple[str, int, float, int]


def row_of(reading: Reading | None) -> Row:
    """Key of the window, vehicles, speed, suspicion; the key is empty if the event is invalid."""
    return ("", 0, 0.0, 0) if reading is None else (key_of(reading), *reading[2:])


@pw.udf(max_batch_size=BATCH, deterministic=True)
def read(values: list[bytes]) -> list[Row]:
    """Check messages."""
    meter.saw(len(values))
    return [row_of(reading) for reading in check(values)]


raw = read_topic(given, format="raw")
rows = raw.select(row=read(pw.this.data))
rows = rows.select(
    key=pw.this.row[0], vehicles=pw.this.row[1], speed=pw.this.row[2], suspected=pw.this.row[3]
).filter(pw.this.key != "")


def committed(held: int) -> None:
    """Count the events that windows received since the last commit."""
    meter.came_to_windows(held - meter.in_windows)


if __name__ == "__main__":
    meter.end_where_it_stands()
    run_windows(rows, committed)
