"""Rows/s of the real sink into the embedded endpoint, from topics filled in advance."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

import orjson
from aiokafka.partitioner import DefaultPartitioner

from benchmarks.case import PEAK, Case, Measured, MeasureError
from benchmarks.load import START_MS, messages
from benchmarks.options import Options
from benchmarks.preload import Record, fill
from benchmarks.process import Sampler
from benchmarks.recovery import PARTS
from benchmarks.stack import READY_S, BenchStack, bench_stack, wait_until
from contracts.messages import (
    MINUTE_S,
    PANE,
    ROWS_HEADER,
    UPTO_HEADER,
    feed_partition,
    iso,
)
from contracts.reference.province import load_reference
from contracts.registry import feed_named, feeds_named
from contracts.settings import Settings
from contracts.topics import PANES, accepted_topic
from ioc import schema
from ioc.embedded.ports import answers
from sinks import client
from sinks.schema.event_table import table_name

STEP = "sink"
FEED = "traffic"
ROWS = "rows/s"
SINK_CPU, ENGINE_CPU = "sink CPU µs/row", "ClickHouse CPU µs/row"
BROKER_CPU = "broker CPU µs/row"
POLL_S = 0.05
PATIENCE_S = 300.0
LEAST_EVENTS, LEAST_PANES = 400_000, 60_000
"""The least numbers that make several inserts."""
CHUNK = 1_000
"""Accepted events in a message of a worker that is behind."""
WARM = 0.02
"""The share of rows after which the time begins."""

Source = Callable[[Settings, int], Iterable[Record]]


def accepted(settings: Settings, events: int) -> Iterator[Record]:
    """Messages of accepted events in the form of workers."""
    partitions = list(range(settings.kafka_partitions))
    partition_of = DefaultPartitioner()
    offsets: dict[int, int] = defaultdict(int)
    held: dict[int, list[bytes]] = defaultdict(list)
    for message in messages(FEED, events, fault_share=0):
        partition = partition_of(message.key, partitions, partitions)
        held[partition].append(message.value)
        if len(held[partition]) == CHUNK:
            yield _chunk(partition, offsets[partition], held.pop(partition))
            offsets[partition] += CHUNK
    for partition, values in held.items():
        yield _chunk(partition, offsets[partition], values)


def _chunk(partition: int, first: int, values: Sequence[bytes]) -> Record:
    checked = feed_named(FEED).adapter.validate_json(b"[" + b",".join(values) + b"]")
    for number, event in enumerate(checked):
        event |= {"generation": 0, "partition": partition, "offset": first + number, "late": False}
    headers = [(ROWS_HEADER, b"%d" % len(checked))]
    return Record(partition, START_MS, None, orjson.dumps(checked), headers)


def panes(settings: Settings, count: int) -> Iterator[Record]:
    """``count`` different panes of traffic, each as rich as at 1,000 events/s."""
    codes = sorted(load_reference(settings).units.codes)
    partition = feed_partition(FEED, settings.kafka_partitions)
    for version in range(count):
        district = codes[version % len(codes)]
        minute = START_MS // 1000 // MINUTE_S + version // len(codes)
        row = {
            "feed": FEED,
            "district": district,
            "pane": iso(minute * MINUTE_S * 1000),
            "version": version,
            "emitted_at": iso(START_MS),
            **PARTS,
        }
        key = f"{PANE}|{FEED}|{district}|{minute}".encode()
        headers = [(UPTO_HEADER, b"%d" % version)]
        yield Record(partition, START_MS, key, orjson.dumps(row), headers)


def cases(options: Options) -> Iterator[Case]:
    """A case for raw events, and one for panes, which are far fewer in reality too."""
    for name, source, topic, table, rows in (
        (
            "raw events",
            accepted,
            accepted_topic(FEED),
            table_name(FEED),
            max(LEAST_EVENTS, options.events),
        ),
        ("panes", panes, PANES, "panes", max(LEAST_PANES, options.events // 5)),
    ):
        yield Case(STEP, name, partial(_run, name, source, topic, table, rows), 20.0)


def _run(name: str, source: Source, topic: str, table: str, rows: int) -> list[Measured]:
    with bench_stack([FEED], IOC_AUDIT_EVERY_S="0") as stack:
        broker = stack.start_broker()
        engine = start_clickhouse(stack)
        asyncio.run(fill(stack.settings, topic, source(stack.settings, rows)))
        sink = stack.start("sink")
        samplers = [Sampler(process) for process in (sink, engine, broker)]
        for sampler in samplers:
            sampler.start()
        seen = _watch(stack.settings, table, rows)
        for sampler in samplers:
            sampler.stop()
    first_s, first = next((at_s, held) for at_s, held in seen if held > rows * WARM)
    last_s, last = seen[-1]
    if last == first:
        raise MeasureError(f"{rows:,} rows came at once: too few to measure")
    worked = last - first
    sink_s, engine_s, broker_s = (sampler.cpu_between(first_s, last_s) for sampler in samplers)
    figures = {
        ROWS: worked / (last_s - first_s),
        SINK_CPU: sink_s / worked * 1e6,
        ENGINE_CPU: engine_s / worked * 1e6,
        BROKER_CPU: broker_s / worked * 1e6,
        PEAK: samplers[0].peak_mb(),
    }
    return [Measured(name, figures)]


def start_clickhouse(stack: BenchStack) -> int:
    """Start the embedded endpoint with all tables; return its process id."""
    pid = stack.start("clickhouse")
    settings = stack.settings
    wait_until(
        lambda: answers(settings.clickhouse_host, settings.clickhouse_port),
        "ClickHouse answers",
        READY_S,
    )
    schema.apply(settings, feeds_named(settings.feeds), load_reference(settings))
    return pid


def _watch(settings: Settings, table: str, rows: int) -> list[tuple[float, int]]:
    """Times and row counts of a table until it has all rows. Raises MeasureError."""
    seen: list[tuple[float, int]] = []
    deadline = time.monotonic() + PATIENCE_S
    with client.reader(settings) as connection:
        while not seen or seen[-1][1] < rows:
            ((held,),) = connection.query(f"SELECT count() FROM {table}").result_rows  # noqa: S608
            seen.append((time.time(), held))
            if time.monotonic() > deadline:
                raise MeasureError(f"{held:,} of {rows:,} rows after {PATIENCE_S:.0f} s")
            time.sleep(POLL_S)
    return seen
