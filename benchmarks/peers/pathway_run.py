"""The parts that both Pathway jobs share: reading the topic, and the windows."""

import argparse
import uuid
from collections.abc import Callable
from typing import Any

import pathway as pw

COMMIT_MS = 200


def read_topic(given: argparse.Namespace, **how: Any) -> pw.Table:
    """Read the topic from its beginning."""
    return pw.io.kafka.read(
        {
            "bootstrap.servers": given.bootstrap,
            "group.id": f"peer-{uuid.uuid4().hex[:8]}",
            "auto.offset.reset": "earliest",
            "session.timeout.ms": "6000",
        },
        topic=given.topic,
        autocommit_duration_ms=COMMIT_MS,
        **how,
    )


def run_windows(rows: pw.Table, committed: Callable[[int], None]) -> None:
    """Group rows of key, vehicles, speed and suspected; report after each commit.

    ``committed`` receives the number of rows in all windows.
    """
    held: dict[str, int] = {}
    windows = rows.groupby(pw.this.key).reduce(
        pw.this.key,
        events=pw.reducers.count(),
        vehicles=pw.reducers.sum(pw.this.vehicles),
        speed=pw.reducers.sum(pw.this.speed),
        suspected=pw.reducers.sum(pw.this.suspected),
    )

    def changed(key: Any, row: dict[str, Any], time: int, is_addition: bool) -> None:  # noqa: ARG001 - as Pathway calls it
        if is_addition:
            held[row["key"]] = row["events"]

    pw.io.subscribe(
        windows, on_change=changed, on_time_end=lambda _time: committed(sum(held.values()))
    )
    pw.run(monitoring_level=pw.MonitoringLevel.NONE)
