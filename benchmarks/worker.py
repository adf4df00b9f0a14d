"""Events/s, CPU and memory of workers over topics filled in advance.

The time is taken from the workers' own changelogs: from the moment that every partition has stored
its first batch, to the last batch of all. All of a worker's promises hold meanwhile: every event
checked, exactly-once state in the changelog, accepted events and panes published and confirmed.
"""

import argparse
import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean

import orjson
from kafka import KafkaConsumer
from kafka.structs import TopicPartition

from benchmarks.load import messages
from benchmarks.preload import preload
from benchmarks.process import Sampler
from benchmarks.stack import BenchStack, bench_stack, wait_until
from contracts.feed import Feed
from contracts.registry import feeds_named
from contracts.topics import changelog_topic, events_topic
from ioc.status.lag import LagReader
from producers.faults import Message

PATIENCE_S = 900.0
Load = Mapping[str, Iterable[Message]]
"""Feed -> the messages to fill its topic with."""


@dataclass(frozen=True)
class Run:
    """The figures of a run; ``cpu_us`` is the CPU time of all workers for an event."""

    events: int
    seconds: float
    cpu_us: float
    peak_mb: float
    grown_mb: float
    """By how much the mean memory of the second half exceeded that of the first."""

    @property
    def rate(self) -> float:
        """Events/s."""
        return self.events / self.seconds


@dataclass(frozen=True)
class Stored:
    """A stored progress of a partition: its time, and the records that it includes."""

    at_s: float
    place: tuple[str, int]
    records: int


def run_over(load: Load, workers: int = 1, **overrides: str) -> Run:
    """Fill a fresh broker and let workers read to the end."""
    with bench_stack(list(load), **overrides) as stack:
        stack.start_broker()
        for feed, source in load.items():
            asyncio.run(preload(stack.settings, events_topic(feed), source))
        return measure(stack, workers)


def measure(stack: BenchStack, workers: int = 1) -> Run:
    """Start workers and let them read the filled topics to the end."""
    feeds = feeds_named(stack.settings.feeds)
    pids = [stack.start("worker") for _ in range(workers)]
    samplers = [Sampler(pid) for pid in pids]
    lags = LagReader(stack.settings)
    try:
        for sampler in samplers:
            sampler.start()
        wait_until(lambda: _is_worked(stack, lags, feeds), "all is worked", PATIENCE_S)
    finally:
        lags.close()
        for sampler in samplers:
            sampler.stop()
        for pid in pids:
            stack.end(pid)
    return _run(_stored(stack), samplers)


def _is_worked(stack: BenchStack, lags: LagReader, feeds: Sequence[Feed]) -> bool:
    stack.refuse_ended()
    return not sum(lag.behind for lag in lags.worker(feeds))


def _run(stored: list[Stored], samplers: list[Sampler]) -> Run:
    firsts: dict[tuple[str, int], Stored] = {}
    for each in sorted(stored, key=lambda each: each.at_s):
        firsts.setdefault(each.place, each)
    first_s = max(each.at_s for each in firsts.values())
    last_s = max(each.at_s for each in stored)
    before: dict[tuple[str, int], int] = defaultdict(int)
    after: dict[tuple[str, int], int] = defaultdict(int)
    for each in stored:
        after[each.place] = max(after[each.place], each.records)
        if each.at_s <= first_s:
            before[each.place] = max(before[each.place], each.records)
    events = sum(after.values()) - sum(before.values())
    cpu_s = sum(sampler.cpu_between(first_s, last_s) for sampler in samplers)
    memory = [sample.memory_mb for s in samplers for sample in s.between(first_s, last_s)]
    half = len(memory) // 2
    grown = mean(memory[half:]) - mean(memory[:half]) if half else 0.0
    peak = sum(sampler.peak_mb() for sampler in samplers)
    return Run(events, last_s - first_s, cpu_s / events * 1e6, peak, grown)


def _stored(stack: BenchStack) -> list[Stored]:
    """All progress in the changelogs."""
    consumer = KafkaConsumer(bootstrap_servers=stack.settings.kafka_bootstrap)
    places = [
        TopicPartition(changelog_topic(feed), n)
        for feed in stack.settings.feeds
        for n in range(stack.settings.kafka_partitions)
    ]
    try:
        consumer.assign(places)
        consumer.seek_to_beginning(*places)
        found: list[Stored] = []
        while polled := consumer.poll(timeout_ms=1000):
            found += [
                Stored(
                    record.timestamp / 1000,
                    (record.topic, record.partition),
                    orjson.loads(record.value)[0] + 1,
                )
                for records in polled.values()
                for record in records
                if record.value and record.key.endswith(b'|progress"')
            ]
        return found
    finally:
        consumer.close()


def main() -> None:
    """Measure one feed once, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--feed", default="traffic")
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--rate", type=float, default=5_000, help="events/s of event time")
    parser.add_argument("--faults", type=float, default=0.005, help="faulty ones beside good ones")
    parser.add_argument("--workers", type=int, default=1)
    given = parser.parse_args()
    load = {given.feed: messages(given.feed, given.events, given.rate, given.faults)}
    run = run_over(load, given.workers)
    print(
        f"{given.feed}: {run.rate:,.0f} events/s, {run.cpu_us:.2f} us CPU an event, "
        f"peak {run.peak_mb:,.0f} MB, second half {run.grown_mb:+,.0f} MB "
        f"({run.events:,} events in {run.seconds:.1f} s)"
    )


if __name__ == "__main__":
    main()
