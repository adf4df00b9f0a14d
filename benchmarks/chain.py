"""The whole chain on one machine at steady rates: whether it keeps up, and its latency.

Publisher, broker, worker, sink, ClickHouse and the reader that looks for the events all share this
machine's cores. The rates go up until one is not kept up with.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from functools import partial
from statistics import median

from clickhouse_connect.driver.client import Client

from benchmarks.apache import start_kafka
from benchmarks.case import Case, Figures, Measured, MeasureError
from benchmarks.options import Options
from benchmarks.sightings import (
    Latency,
    Sightings,
    archived_since,
    figure_latencies,
    latencies,
    percentiles,
)
from benchmarks.sink import start_clickhouse
from benchmarks.stack import BenchStack, bench_stack
from sinks import client

STEP = "chain"
FEED = "traffic"
SUSTAINED = "sustained"
RATE, KEEPS_UP = "published/s", "keeps up"
WARM_RATE, WARM_S = 500, 3.0
GROWTH_S = 0.5
"""Lag grows if the last third's median latency exceeds that of the second by more (seconds)."""
KEPT_RATE = 0.97
PATIENCE_S = 60.0
RUN_OUT_S = 1.0
"""A figure covers a minute once all partitions have reached it. Events of the last second may wait
for later events that are never published."""


def cases(options: Options) -> Iterator[Case]:
    """One case: all rates on one stack."""
    expected_s = 25.0 + len(options.rates) * (options.seconds + 12)
    yield Case(STEP, "rates", partial(_run, options), expected_s, is_main=False)


def _run(options: Options) -> Sequence[Measured]:
    with bench_stack([FEED], IOC_AUDIT_EVERY_S="0") as stack:
        if options.on_apache:
            start_kafka(stack)
        else:
            stack.start_broker()
        start_clickhouse(stack)
        stack.start("worker")
        stack.start("sink")
        with client.reader(stack.settings) as connection:
            return _climb(stack, connection, options)


def _climb(stack: BenchStack, connection: Client, options: Options) -> Sequence[Measured]:
    measured: list[Measured] = []
    published, _ = _at_rate(stack, connection, WARM_RATE, WARM_S, 0)
    sustained: float = 0
    for rate in options.rates:
        try:
            published, figures = _at_rate(stack, connection, rate, options.seconds, published)
        except MeasureError:
            if not measured:
                raise
            figures = {KEEPS_UP: 0.0}
        measured.append(Measured(f"{rate:,}/s", figures))
        if not figures[KEEPS_UP]:
            break
        sustained = figures[RATE]
    return [*measured, Measured(SUSTAINED, {RATE: sustained})]


def _at_rate(
    stack: BenchStack, connection: Client, rate: float, seconds: float, before: int
) -> tuple[int, Figures]:
    """Publish at a rate; return the number of all events so far, and figures of the new ones."""
    began_ms = int(time.time() * 1000)
    sightings = Sightings()
    command = [sys.executable, "-m", "benchmarks.pace", "--feed", FEED, "--rate", str(rate)]
    command += ["--seconds", str(seconds), "--first", str(before)]
    with (
        stack.log("pace").open("ab") as log,
        subprocess.Popen(  # noqa: S603 - our own module
            command, stdout=subprocess.PIPE, stderr=log, env=stack.environment
        ) as pace,
    ):
        sightings.look_until(connection, began_ms, lambda: pace.poll() is not None)
        printed = pace.stdout.read() if pace.stdout else b""
    if pace.returncode:
        raise MeasureError(f"at {rate:,.0f}/s the publisher failed")
    said = json.loads(printed)
    published = before + int(said["sent"])
    deadline = time.monotonic() + PATIENCE_S
    sightings.look_until(connection, began_ms, lambda: _is_over(sightings, published, deadline))
    if sightings.readable() < published:
        raise MeasureError(
            f"at {rate:,.0f}/s {published - sightings.readable():,} events were not readable "
            f"{PATIENCE_S:.0f} s after the last was published"
        )
    events = archived_since(connection, began_ms)
    counted = [event for event in events if event.at_ms < events[-1].at_ms - RUN_OUT_S * 1000]
    targets = {event.district: event.number for event in counted if event.number is not None}
    sightings.look_until(
        connection,
        began_ms,
        lambda: sightings.counts_reach(targets) or time.monotonic() > deadline,
    )
    raw = latencies(sightings, events)
    figures = {
        RATE: said["sent"] / said["seconds"],
        KEEPS_UP: float(said["sent"] > KEPT_RATE * rate * seconds and not grows(raw)),
        **percentiles(raw, "raw"),
        **percentiles(figure_latencies(sightings, counted), "indicator"),
    }
    return published, figures


def _is_over(sightings: Sightings, published: int, deadline: float) -> bool:
    return sightings.readable() >= published or time.monotonic() > deadline


def grows(found: Sequence[Latency]) -> bool:
    """Whether later events wait longer."""
    ordered = [each.seconds for each in sorted(found, key=lambda each: each.at_ms)]
    third = len(ordered) // 3
    return median(ordered[2 * third :]) > median(ordered[third : 2 * third]) + GROWTH_S
