"""Upper bounds for the worker's speed: the client library alone, and the pure parts alone.

``getmany`` fetches with aiokafka and drops what comes; ``check`` decodes and checks batches in
memory; ``apply`` does all that the worker does with a batch but for Kafka: check, time rules,
duplicates, panes, gauges.
"""

import argparse
import asyncio
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import partial

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.partitioner import DefaultPartitioner

from benchmarks.case import Case, Measured
from benchmarks.child import metered
from benchmarks.load import messages
from benchmarks.meter import Meter
from benchmarks.options import Options
from benchmarks.preload import preload
from benchmarks.stack import bench_stack
from contracts.reference.province import load_reference
from contracts.registry import feed_named
from contracts.settings import load_settings
from contracts.topics import events_topic
from streams.app import FETCH_BYTES, MAX_POLL_RECORDS
from streams.kafka.batch import PartitionBatch
from streams.partition.state import PartitionState
from streams.verdicts.contract import Checker

STEP = "ceiling"
FEED = "traffic"
PATIENCE_S = 300.0
KINDS = {
    "getmany": "aiokafka getmany alone",
    "check": "decode and check alone",
    "apply": "all but Kafka",
}


def cases(options: Options) -> Iterator[Case]:
    """A case for each kind."""
    for kind, name in KINDS.items():
        run = _run_fetching if kind == "getmany" else _run_alone
        yield Case(STEP, name, partial(run, kind, name, options.events), 8.0)


def _command(kind: str, events: int) -> list[str]:
    return [sys.executable, "-m", "benchmarks.ceiling", kind, "--events", str(events)]


def _run_fetching(kind: str, name: str, events: int) -> list[Measured]:
    with bench_stack([FEED]) as stack:
        stack.start_broker()
        asyncio.run(preload(stack.settings, events_topic(FEED), messages(FEED, events)))
        return [Measured(name, metered(_command(kind, events), stack.environment, PATIENCE_S))]


def _run_alone(kind: str, name: str, events: int) -> list[Measured]:
    with bench_stack([FEED]) as stack:
        return [Measured(name, metered(_command(kind, events), stack.environment, PATIENCE_S))]


async def fetch(events: int) -> None:
    """Fetch as the worker does, in one task."""
    settings = load_settings()
    consumer = AIOKafkaConsumer(
        bootstrap_servers=settings.kafka_bootstrap,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=FETCH_BYTES,
        fetch_max_wait_ms=100,
    )
    await consumer.start()
    consumer.assign(
        [TopicPartition(events_topic(FEED), n) for n in range(settings.kafka_partitions)]
    )
    meter = Meter(events)
    while True:
        fetched = await consumer.getmany(timeout_ms=1000, max_records=MAX_POLL_RECORDS)
        meter.tick(sum(map(len, fetched.values())))


def batches(events: int) -> Sequence[PartitionBatch]:
    """The events in the worker's form, in batches of one partition."""
    partitions = list(range(load_settings().kafka_partitions))
    partition_of = DefaultPartitioner()
    logs = defaultdict(list)
    for message in messages(FEED, events):
        logs[partition_of(message.key, partitions, partitions)].append(message)
    return [
        PartitionBatch(
            events_topic(FEED),
            partition,
            range(first, first + len(part)),
            [message.publish_ms for message in part],
            [message.key for message in part],
            [message.value for message in part],
        )
        for partition, log in logs.items()
        for first in range(0, len(log), MAX_POLL_RECORDS)
        if (part := log[first : first + MAX_POLL_RECORDS])
    ]


def check(events: int) -> None:
    """Check batches with the worker's checks."""
    settings = load_settings()
    codes = load_reference(settings).units.codes
    checker = Checker(feed_named(FEED), codes, settings.max_event_bytes, settings.kafka_partitions)
    held, meter = batches(events), Meter(events)
    for batch in held:
        checker.check(batch.keys, batch.values)
        meter.tick(len(batch))


def apply(events: int) -> None:
    """Apply batches to states that are empty at first."""
    settings = load_settings()
    reference, feed = load_reference(settings), feed_named(FEED)
    states = {
        n: PartitionState(feed, settings, reference, {}) for n in range(settings.kafka_partitions)
    }
    held, meter = batches(events), Meter(events)
    for batch in held:
        states[batch.partition].apply(batch)
        meter.tick(len(batch))


def main() -> None:
    """Measure one kind in this process, and print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--events", type=int, default=500_000)
    given = parser.parse_args()
    if given.kind == "getmany":
        asyncio.run(fetch(given.events))
    else:
        {"check": check, "apply": apply}[given.kind](given.events)


if __name__ == "__main__":
    main()
