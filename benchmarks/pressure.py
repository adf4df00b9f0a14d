"""The chain under pressure: ClickHouse is away for long, and a million events come at once.

It starts the whole chain, publishes at a steady rate, kills ClickHouse, starts it again after
``--away`` seconds while events go on coming, then publishes ``--burst`` events as fast as it can.
In the end every event is accounted for, by the ends of the topic's partitions and by an audit.

The exit code is 1 where an event was lost, a figure is wrong, or a consumer lost its membership.
It runs on Apache Kafka; 10 minutes at 5,000 events/s and a burst of a million take some 6 GB of
disk. No process may grow meanwhile.
"""

import argparse
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Event

from rich.console import Console
from rich.progress import Progress

from benchmarks.apache import start_kafka
from benchmarks.case import Findings, Measured
from benchmarks.machine import describe, versions
from benchmarks.members import assignments, members
from benchmarks.process import memory_mb
from benchmarks.results import print_tables, write
from benchmarks.sink import start_clickhouse
from benchmarks.stack import READY_S, BenchStack, bench_stack, wait_until
from contracts.errors import IocError
from contracts.registry import feeds_named
from contracts.topics import APP, INDICATORS, PANES, events_topic
from ioc.embedded.drain import Drain
from ioc.embedded.ports import answers
from ioc.status.lag import LagReader
from sinks import client
from sinks.audit.auditor import Auditor
from sinks.audit.result import FeedAudit
from sinks.consuming.routes import EVENTS

FEED = "traffic"
LEAD_S = 10.0
LOOK_S = 1.0
PATIENCE_S = 1_200.0
GONE_S = 2.0
"""The lag is gone when fewer events than those of this many seconds are still unreadable: rows wait
for their insert, and events are published in ticks."""
GROUPS = (APP, EVENTS.id)
PARTS = ("worker", "sink", "clickhouse", "broker")


@dataclass
class Scene:
    """The running chain, and the notes about it."""

    stack: BenchStack
    lags: LagReader
    rate: float
    pids: dict[str, int]
    say: Callable[[str], None]
    began: float = field(default_factory=time.monotonic)
    findings: Findings = field(default_factory=Findings)

    def published(self) -> int:
        """The number of records in the topic of raw events."""
        return sum(self.lags.ends([events_topic(FEED)]).values())

    def readable(self) -> int:
        """The number of records up to the newest archived one of each partition."""
        with client.reader(self.stack.settings) as connection:
            ((count,),) = connection.query(
                "SELECT sum(upto) FROM (SELECT max(offset) + 1 AS upto FROM events_traffic"
                " GROUP BY partition)"
            ).result_rows
        return int(count)

    def note(self, moment: str, **more: float) -> None:
        """Note the memory of each process."""
        memory = {f"{name} MB": memory_mb(pid) for name, pid in self.pids.items()}
        passed = {"at s": time.monotonic() - self.began}
        self.findings.add("pressure", [Measured(moment, {**passed, **more, **memory})])

    def catch_up(self, what: str) -> None:
        """Wait until the lag is gone, and note the time that it took. Raises IocError."""
        began, most = time.monotonic(), 0
        while True:
            self.stack.refuse_ended()
            behind = self.published() - self.readable()
            most = max(most, behind)
            self.say(f"{what}: {behind:,} events behind")
            if behind < GONE_S * self.rate:
                break
            if time.monotonic() - began > PATIENCE_S:
                raise IocError(f"{what}: {behind:,} events behind after {PATIENCE_S:.0f} s")
            time.sleep(LOOK_S)
        self.note(f"{what}: caught up", **{"took s": time.monotonic() - began, "behind": most})

    def pace(self, rate: float, *more: str) -> int:
        """Start a publisher; return its process id."""
        command = [sys.executable, "-m", "benchmarks.pace", "--feed", FEED, "--rate", str(rate)]
        return self.stack.start_process([*command, *more], "pace")


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--away", type=float, default=600, help="seconds without ClickHouse")
    parser.add_argument("--rate", type=float, default=5_000, help="events/s all the time")
    parser.add_argument("--burst", type=int, default=1_000_000, help="events at once, afterwards")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results")
    return parser.parse_args()


def start(stack: BenchStack, rate: float, say: Callable[[str], None]) -> Scene:
    """Start the chain and the publisher, and let them warm up."""
    pids = {"broker": start_kafka(stack), "clickhouse": start_clickhouse(stack)}
    pids |= {name: stack.start(name) for name in ("worker", "sink")}
    scene = Scene(stack, LagReader(stack.settings), rate, {part: pids[part] for part in PARTS}, say)
    scene.pids["pace"] = scene.pace(rate)
    wait_until(lambda: scene.published() and scene.readable(), "events arrive", READY_S)
    time.sleep(LEAD_S)
    scene.catch_up("start")
    return scene


def stay_away(scene: Scene, seconds: float) -> None:
    """Kill ClickHouse, and start it again after ``seconds``."""
    scene.stack.end(scene.pids.pop("clickhouse"))
    for quarter in range(1, 5):
        until = time.monotonic() + seconds / 4
        while (left := until - time.monotonic()) > 0:
            scene.say(f"ClickHouse away, quarter {quarter} of 4")
            time.sleep(min(LOOK_S, left))
        scene.note(f"away for {seconds * quarter / 4:.0f} s")
    settings = scene.stack.settings
    scene.pids["clickhouse"] = scene.stack.start("clickhouse")
    wait_until(
        lambda: answers(settings.clickhouse_host, settings.clickhouse_port),
        "ClickHouse answers again",
        READY_S,
    )
    scene.catch_up(f"ClickHouse back after {seconds:.0f} s")


def burst(scene: Scene, events: int) -> None:
    """Publish ``events`` at once on top of the steady rate, and wait until they are readable."""
    pid = scene.pace(1e9, "--count", str(events), "--first", str(1 << 31))
    scene.stack.see_through(pid, f"{events:,} are published", PATIENCE_S)
    scene.note(f"burst of {events:,} published")
    scene.catch_up(f"burst of {events:,}")


def account(scene: Scene) -> list[str]:
    """Stop publishing, wait for all events, and account for them; return the faults."""
    settings = scene.stack.settings
    scene.stack.end(scene.pids.pop("pace"))
    scene.say("accounting for every event")
    deadline = time.monotonic() + PATIENCE_S
    with closing(Drain(settings, feeds_named([FEED]))) as rest:
        if not (rest.of_worker(deadline) and rest.of_sinks(deadline, but=(PANES, INDICATORS))):
            return ["not all that was published was worked through"]
    published = scene.published()
    found = audited(scene, published)
    held = found.account
    counts = {
        "published": published,
        "archived": held.archived,
        "rejected": held.rejected,
        "duplicates": held.duplicates,
        "panes checked": found.panes_checked,
    }
    scene.findings.add("account", [Measured(FEED, counts)])
    wrong = list(found.faults)
    if held.archived + held.rejected + held.duplicates != published:
        wrong.append(f"{published:,} were published, the account is of {held.published:,}")
    return wrong


def audited(scene: Scene, published: int) -> FeedAudit:
    """An audit of everything, once the worker has reported all events or time is up."""
    settings = scene.stack.settings
    deadline = time.monotonic() + READY_S
    with client.reader(settings) as connection:
        while True:
            found = Auditor(connection, settings, Event().wait).audit(FEED, None)
            if found.account.published == published or time.monotonic() > deadline:
                return found
            time.sleep(settings.emit_interval_s)


def moved(scene: Scene, before: dict[str, frozenset[str]]) -> list[str]:
    """Sentences about consumers that lost their membership or their partitions."""
    after = members(scene.stack.settings, GROUPS)
    wrong = [
        f"{group} has other members than before"
        for group in GROUPS
        if after[group] != before[group]
    ]
    taken = assignments(scene.stack.log("worker"))
    if taken != 1:
        wrong.append(f"the worker took its partitions up {taken} times")
    return wrong


def run(given: argparse.Namespace, say: Callable[[str], None]) -> tuple[Findings, list[str]]:
    """Run the whole scene; return findings and faults."""
    with bench_stack([FEED], IOC_AUDIT_EVERY_S="0") as stack:
        scene = start(stack, given.rate, say)
        before = members(stack.settings, GROUPS)
        stay_away(scene, given.away)
        if given.burst:
            burst(scene, given.burst)
        wrong = [*account(scene), *moved(scene, before)]
        scene.note("end")
        scene.lags.close()
        return scene.findings, wrong


def main() -> None:
    """Run, show, write; the exit code is 1 if something is wrong."""
    given, console = arguments(), Console()
    began = datetime.now().astimezone()
    with Progress(console=console) as progress:
        task = progress.add_task("starting", total=None)
        try:
            findings, wrong = run(given, lambda said: progress.update(task, description=said))
        except IocError as error:
            progress.stop()
            sys.exit(f"pressure: {error}")
    findings.remarks += wrong or ["nothing was lost, every pane is right, no consumer was replaced"]
    about = {
        "began": began.isoformat(timespec="seconds"),
        "machine": describe(),
        "versions": versions(),
        "options": {"away": given.away, "rate": given.rate, "burst": given.burst},
    }
    print_tables(findings, console)
    for path in write(findings, about, given.out, f"{began:%Y-%m-%dT%H%M%S}-pressure"):
        console.print(f"written: {path}")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
