"""Memory of one worker over tens of millions of events: it must stay flat.

It runs on Apache Kafka, which deletes by size what was read long ago. The topic is filled while the
worker reads, never further ahead than the log reaches back.

Event time runs so fast that panes begin to expire within the first half, whatever the number of
events: from there on all that a worker remembers has its full size. Takes some 5 GB of disk.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from statistics import linear_regression

from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient
from rich.console import Console
from rich.progress import Progress

from benchmarks.apache import start_kafka
from benchmarks.case import Findings, Measured
from benchmarks.load import messages
from benchmarks.machine import describe, versions
from benchmarks.preload import preload
from benchmarks.process import memory_mb
from benchmarks.results import print_tables, write
from benchmarks.stack import BenchStack, bench_stack, wait_until
from contracts.errors import IocError
from contracts.registry import feed_named
from contracts.topics import events_topic
from ioc.status.lag import LagReader

FEED = "traffic"
CHUNK = 200_000
"""Events published between two samples of the worker."""
MOST_BEHIND = 400_000
"""Events: less than half of what a partition keeps, even if all are in one partition."""
RETENTIONS = 4
"""The event time that passes, in multiples of the retention of panes."""
LOOK_S = 0.5
PATIENCE_S = 300.0
GONE = "were deleted from the log"
"""Words in the worker's log about records that were deleted before it read them."""
KAFKA = {
    "log.retention.bytes": str(512 * 2**20),
    "log.segment.bytes": str(64 * 2**20),
    "log.retention.check.interval.ms": "5000",
    # The records' times are those of the events, in the past or in the future.
    "log.message.timestamp.after.max.ms": str(2**63 - 1),
}


@dataclass(frozen=True)
class Sample:
    """The worker at a time (monotonic seconds): events processed so far, and its memory."""

    at_s: float
    events: int
    memory_mb: float


@dataclass
class Watch:
    """Samples the worker."""

    pid: int
    lags: LagReader
    samples: list[Sample] = field(default_factory=list)

    def behind(self) -> int:
        """Wait a little, take a sample, and return the number of unprocessed events."""
        time.sleep(LOOK_S)
        (lag,) = self.lags.worker([feed_named(FEED)])
        try:
            memory = memory_mb(self.pid)
        except (OSError, ValueError):
            raise IocError("the worker has ended before the events did") from None
        self.samples.append(Sample(time.monotonic(), lag.published - lag.behind, memory))
        return lag.behind


def start_broker(stack: BenchStack) -> None:
    """A node of Apache Kafka that keeps the topic by size. Raises IocError where it can't run."""
    start_kafka(stack, KAFKA)
    admin = KafkaAdminClient(bootstrap_servers=stack.settings.kafka_bootstrap)
    # By size only: the records' times do not tell their age on the broker.
    topic = events_topic(FEED)
    told = admin.alter_configs(
        [ConfigResource(ConfigResourceType.TOPIC, topic, {"retention.ms": "-1"})]
    )
    admin.close()
    if (answer := told["topic"][topic]) != "OK":
        raise IocError(f"Kafka refused to keep {topic} by size: {answer}")


def soak(stack: BenchStack, events: int, say: Callable[[int], None]) -> Sequence[Sample]:
    """Publish events while a worker reads; return samples from the first event to the last."""
    watch = Watch(stack.start("worker"), LagReader(stack.settings))
    span_s = RETENTIONS * stack.settings.pane_retention_h * 3600
    source = messages(FEED, events, events / span_s)
    while part := list(islice(source, min(CHUNK, events // 20))):
        asyncio.run(preload(stack.settings, events_topic(FEED), part))
        wait_until(lambda: watch.behind() <= MOST_BEHIND, "the worker keeps up", PATIENCE_S)
        say(watch.samples[-1].events)
    wait_until(lambda: not watch.behind(), "all is worked", PATIENCE_S)
    watch.lags.close()
    return watch.samples


def figures(samples: Sequence[Sample]) -> dict[str, float]:
    """The figures of a soak: memory in MB, and its slope per million events of the second half."""
    last = samples[-1]
    at = {
        share: next(each.memory_mb for each in samples if each.events >= share / 100 * last.events)
        for share in (10, 25, 50, 75, 100)
    }
    second = [each for each in samples if each.events >= last.events / 2]
    slope = linear_regression(
        [each.events / 1e6 for each in second], [each.memory_mb for each in second]
    ).slope
    return {
        "M events": last.events / 1e6,
        "minutes": (last.at_s - samples[0].at_s) / 60,
        **{f"MB at {share} %": memory for share, memory in at.items()},
        "peak MB": max(each.memory_mb for each in samples),
        "MB per M events": slope,
    }


def run(events: int, say: Callable[[int], None]) -> tuple[Findings, list[str]]:
    """Run the soak; return findings and faults."""
    with bench_stack([FEED]) as stack:
        start_broker(stack)
        samples = soak(stack, events, say)
        findings = Findings()
        findings.add("soak", [Measured(f"one worker, {FEED}", figures(samples))])
        wrong = []
        if samples[-1].events != events:
            wrong.append(f"{samples[-1].events:,} events were worked, not {events:,}")
        if GONE in stack.log("worker").read_text(encoding="utf-8"):
            wrong.append("Kafka deleted events before the worker had read them")
        return findings, wrong


def main() -> None:
    """Run, show, write; the exit code is 1 if an event was not processed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--events", type=int, default=50_000_000)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results")
    given, console, began = parser.parse_args(), Console(), datetime.now().astimezone()
    with Progress(console=console) as progress:
        task = progress.add_task("events", total=given.events)
        try:
            findings, wrong = run(
                given.events, lambda worked: progress.update(task, completed=worked)
            )
        except IocError as error:
            sys.exit(f"soak: {error}")
    findings.remarks += wrong or ["every event was worked through, none was deleted before"]
    about = {
        "began": began.isoformat(timespec="seconds"),
        "machine": describe(),
        "versions": versions(),
        "options": {"events": given.events},
    }
    print_tables(findings, console)
    for path in write(findings, about, given.out, f"{began:%Y-%m-%dT%H%M%S}-soak"):
        console.print(f"written: {path}")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
