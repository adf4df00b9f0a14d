"""A replay apart from any stack, killed at seeded times and continued by the same command."""

import os
import random
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from tests.chaos.recounts import wrong_lateness, wrong_panes
from tests.e2e.ledger import client_of, rows
from tests.e2e.recount import open_items_recount, overdue_recount
from tests.e2e.running import Part
from tests.waiting import until

FEED = "dossier"
ANSWER_S = 30
SHARE = (0.05, 0.5)
"""The share of the remaining events that a run archives before it is killed."""
JITTER_S = 1.5
KEPT = 10
"""Lines of a failed run's output to show."""

Say = Callable[[str], None]


class Kind(StrEnum):
    """What to kill; the value names it in reports."""

    ALL = "all processes at once"
    SUPERVISOR = "the command alone"


@dataclass(frozen=True, slots=True)
class Kill:
    """Strikes ``wait_s`` after a run has archived ``share`` of the events that were left to it."""

    share: float
    wait_s: float
    kind: Kind


def kills(seed: int, count: int, jitter_s: float = JITTER_S) -> list[Kill]:
    """``count`` kills, of both kinds in turn, each up to ``jitter_s`` after its aim."""
    source = random.Random(seed)
    kinds = list(Kind)
    return [
        Kill(source.uniform(*SHARE), source.uniform(0, jitter_s), kinds[number % len(kinds)])
        for number in range(count)
    ]


@dataclass
class Result:
    """The result of all runs; ``archived`` counts the events at each kill and at the end."""

    archived: list[int] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)
    rebuilt: int = 0
    panes: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class Replay:
    """``arguments`` of ``ioc`` that replay ``events`` events into the database ``ioc_<name>``."""

    environment: dict[str, str]
    arguments: Sequence[str]
    name: str
    events: int

    def run(self, planned: Sequence[Kill], say: Say) -> Result:
        """Start and kill as planned, then let it run to its end, and recount."""
        began, result, archived = time.monotonic(), Result(), 0
        for number, kill in enumerate(planned, 1):
            with self._started(number, result) as part:
                aim = archived + round(kill.share * (self.events - archived))
                archived = self._kill(part, kill, aim)
            result.archived.append(archived)
            say(
                f"{time.monotonic() - began:6.1f} s  {number}/{len(planned)}  killed {kill.kind} "
                f"at {archived:,} of {self.events:,} events archived"
            )
        with self._started(len(planned) + 1, result) as part:
            code = part.wait()
        result.differences = list(self._differences(part, code, result))
        result.seconds = time.monotonic() - began
        return result

    @contextmanager
    def _started(self, number: int, result: Result) -> Iterator[Part]:
        part = Part(self.environment, *self.arguments, name=f"replay-{number}")
        part.start()
        try:
            yield part
        finally:
            part.kill()
        result.rebuilt += "; rebuilding" in part.log

    def _kill(self, part: Part, kill: Kill, aim: int) -> int:
        """Wait until ``aim`` events are archived, and kill; return the number archived then."""
        seen = 0

        def is_there() -> bool:
            nonlocal seen
            assert part.is_running, f"ended before it was killed: {tail(part)}"
            seen = max(seen, self._count())
            return seen >= aim

        until(is_there, f"{aim:,} events are archived", progress=lambda: seen)
        time.sleep(kill.wait_s)  # the moment of the plan
        victims = [part.pid]
        if kill.kind is Kind.ALL:
            victims = processes_over(self._folder)
            for pid in victims:  # so that none acts on the end of another
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGSTOP)
        for pid in victims:
            with suppress(ProcessLookupError):  # it went with the command
                os.kill(pid, signal.SIGKILL)
        part.wait()
        return max(seen, aim)

    @property
    def _folder(self) -> Path:
        return Path(self.environment["IOC_DATA_DIR"])

    def _count(self) -> int:
        """Archived events; 0 while ClickHouse is away, or has no such table yet."""
        port = self.environment["IOC_CLICKHOUSE_PORT"]
        asked = f"http://127.0.0.1:{port}/?user=ioc_reader&database=ioc_{self.name}"
        try:
            with urlopen(asked, f"SELECT count() FROM events_{FEED}".encode(), ANSWER_S) as answer:
                return int(answer.read())
        except OSError:
            return 0

    def _differences(self, part: Part, code: int, result: Result) -> Iterator[str]:
        if code:
            yield f"the last run ended with {code}: {tail(part)}"
            return
        with self._reader() as ask:
            ((archived, ids, result.panes),) = ask(
                "SELECT count(), uniqExact(event_id), (SELECT count() FROM panes FINAL)"
                f" FROM events_{FEED} FINAL"
            )
            result.archived.append(archived)
            if (archived, ids) != (self.events, self.events):
                yield f"{self.events:,} events, but {archived:,} archived, {ids:,} ids"
            ((refused,),) = ask("SELECT count() FROM rejects FINAL")
            if refused:
                yield f"{refused:,} refused"
            wrong = {f"panes whose {part} differs": sql for part, sql in wrong_panes(FEED).items()}
            wrong["late wrongly or not"] = wrong_lateness(FEED, 5)
            wrong["open, by district"] = open_items_recount(FEED, "17")
            wrong["overdue, by district"] = overdue_recount(FEED, "17")
            for what, sql in wrong.items():
                found = ask(sql)
                if found:
                    yield f"{len(found)} {what}, the first: {found[0]}"

    @contextmanager
    def _reader(self) -> Iterator[Callable[[str], Sequence[Sequence[Any]]]]:
        """A reader of the result, over an endpoint of its own."""
        endpoint = Part(self.environment, "clickhouse")
        endpoint.start()
        port = int(self.environment["IOC_CLICKHOUSE_PORT"])
        try:
            endpoint.await_port(port)
            client = client_of(self.environment, database=f"ioc_{self.name}")
            yield lambda sql: rows(client, sql)
            client.close()
        finally:
            endpoint.end(signal.SIGTERM)


def processes_over(folder: Path) -> list[int]:
    """The processes of a replay over this folder, and of ClickHouse."""
    inner = f"IOC_DATA_DIR={folder}".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            names = (process / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if any(name == inner or name.startswith(inner + b"/") for name in names):
            found.append(int(process.name))
    return sorted(pid for pid in found if pid != os.getpid())


def tail(part: Part) -> str:
    """The last lines that a run printed."""
    return " / ".join(part.log.splitlines()[-KEPT:])
