"""The time for which partitions pause when workers come and go, on a real Apache Kafka broker.

Needs Java 17 and Maven, as ``make test-kafka`` does::

    python -m benchmarks.rebalance --rate 200

A pause is the longest time between two worked batches of a partition from a change to the next
one, by the timestamps of the topics of accepted events; of the feeds that speak from every
partition. The first row shows the usual time between two batches. Not a mean of many runs: give it
a quiet machine.
"""

import argparse
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from contracts.registry import FEEDS
from tests.chaos.scene import Scene
from tests.e2e.running import ioc_environment
from tests.kafka.brokers import choose_apache
from tests.kafka.pauses import pauses_s, sent_at
from tests.kafka.scaling import ACCEPTED, END, JOIN, KILL, Step, scale

CHANGES = [JOIN, JOIN, KILL, END]
USUAL_S = 8.0


def main() -> None:
    """Run and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rate", type=float, default=200, help="events/s of each feed")
    parser.add_argument("--session", type=float, default=6, help="session timeout, seconds")
    parser.add_argument("--standby", type=int, default=0, help="standby replicas of the state")
    parser.add_argument("--partitions", type=int, default=12, help="of each topic")
    parser.add_argument("--feeds", default="", help="comma separated; all where none is named")
    parser.add_argument("--work", type=float, default=12, help="seconds of work after each change")
    given = parser.parse_args()
    choose_apache()
    with TemporaryDirectory(prefix="ioc-rebalance-") as folder:
        environment = ioc_environment(
            Path(folder),
            IOC_FEEDS=given.feeds or ",".join(feed.name for feed in FEEDS),
            IOC_RATE=str(given.rate),
            IOC_HISTORY_H="0.01",
            IOC_KAFKA_SESSION_TIMEOUT_S=str(given.session),
            IOC_WORKER_STANDBYS=str(given.standby),
            IOC_KAFKA_PARTITIONS=str(given.partitions),
        )
        with Scene(environment) as scene:
            scene.wait(USUAL_S)
            steps = scale(scene, CHANGES, given.work)
            until = steps[0].began - 1
            usual = pauses_s(
                sent_at(environment["IOC_KAFKA_BOOTSTRAP"], ACCEPTED), until - USUAL_S / 2, until
            )
            _print(steps, usual, given)


def _print(steps: list[Step], usual: list[float], given: argparse.Namespace) -> None:
    table = Table(
        "Change", "Workers", "Median pause s", "Longest s", "Moved", "Partitions each", box=None
    )
    table.add_row("none", "1", f"{median(usual):.1f}", f"{max(usual):.1f}", "", "")
    for step in steps:
        table.add_row(
            step.what,
            str(step.workers),
            f"{median(step.pauses):.1f}",
            f"{max(step.pauses):.1f}",
            str(step.moved),
            " + ".join(map(str, step.held)),
        )
    console = Console()
    console.print(
        f"{given.rate:g} events/s of each feed, session timeout {given.session:g} s, "
        f"{given.partitions} partitions, {given.standby} standby, {time.strftime('%Y-%m-%d')}"
    )
    console.print(table)


if __name__ == "__main__":
    main()
