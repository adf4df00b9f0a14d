"""The processes of a test: whether they progress, and a description if none does."""

import os
import signal
from collections.abc import Iterator, Mapping
from pathlib import Path
from threading import Thread
from typing import Protocol

import psutil
from clickhouse_connect.driver.exceptions import ClickHouseError
from kafka.errors import KafkaError

from contracts.errors import IocError
from contracts.registry import feeds_named
from contracts.settings import SECRET_ENDINGS, Settings, load_settings
from ioc.status import figures
from ioc.status.lag import LagReader
from sinks.client import reader

ASK_S = 20.0
LINES, WIDTH = 10, 200
"""Limits of a report: number of lines, and characters of each."""
NS = 1_000_000_000


class Followed(Protocol):
    """A process that a test has started and not ended."""

    name: str
    environment: Mapping[str, str]

    @property
    def state(self) -> str:
        """Does it run, or how did it end?"""

    @property
    def logs(self) -> set[Path]:
        """The files that it writes to."""

    def tail(self, lines: int = 1) -> list[str]:
        """The last lines of its log."""

    def kill(self) -> None:
        """End it, if it still runs."""


FOLLOWED: list[Followed] = []
"""Those that were not ended yet, in the order in which they were started."""
STARTED: list[Followed] = []
"""All that the tests of a module have started so far."""


def busy_s() -> dict[int, float]:
    """Process id -> seconds that it has worked, or stood in the queue for a processor.

    Of this process and all below it. Empty where the system does not tell (macOS).
    """
    return {pid: worked + queued for pid, (worked, queued) in _turns_s().items()}


def queued_s() -> dict[int, float]:
    """The same, but only the seconds in the queue."""
    return {pid: queued for pid, (_, queued) in _turns_s().items()}


def _turns_s() -> dict[int, tuple[float, float]]:
    family = [psutil.Process(), *psutil.Process().children(recursive=True)]
    return {process.pid: _turn_s(process.pid) for process in family}


def _turn_s(pid: int) -> tuple[float, float]:
    """Seconds of all threads at work, and in the queue.

    pathlib would take four times as long: every waiting test looks at the 150 threads of a
    ClickHouse.
    """
    worked = queued = 0
    tasks = f"/proc/{pid}/task"
    try:
        threads = os.listdir(tasks)  # noqa: PTH208 - see above
    except OSError:
        return 0.0, 0.0
    for thread in threads:
        try:
            with open(f"{tasks}/{thread}/schedstat", "rb", 0) as file:  # noqa: PTH123 - see above
                at_work, in_queue, _ = file.read(64).split()
        except (OSError, ValueError):  # the thread has just ended
            continue
        worked, queued = worked + int(at_work), queued + int(in_queue)
    return worked / NS, queued / NS


def most(before: Mapping[int, float], after: Mapping[int, float]) -> float:
    """How many seconds the busiest process has moved meanwhile."""
    return max((after[pid] - before.get(pid, 0.0) for pid in after), default=0.0)


def settings_of(environment: Mapping[str, str]) -> Settings:
    """The settings that a process reads from its environment."""
    names = {
        name.removeprefix("IOC_").lower(): value
        for name, value in environment.items()
        if name.startswith("IOC_")
    }
    return load_settings(**names)


def shown_settings(environment: Mapping[str, str]) -> dict[str, str]:
    """The settings of an environment; secrets by their names only."""
    return {
        name: "***" if name.endswith(SECRET_ENDINGS) else value
        for name, value in environment.items()
        if name.startswith("IOC_")
    }


def told() -> Iterator[str]:
    """States, lag, watermark, then the last log lines of the latest processes."""
    if not FOLLOWED:
        return
    yield "processes: " + ", ".join(f"{each.name} {each.state}" for each in FOLLOWED)
    environment = next((each.environment for each in reversed(FOLLOWED) if each.environment), None)
    if environment:
        yield from _asked(environment)
    for each in reversed(FOLLOWED):
        for line in each.tail():
            yield f"{each.name}: {line}"


def cut(lines: Iterator[str]) -> str:
    """The first lines, none too long."""
    return "\n".join(line[:WIDTH] for _, line in zip(range(LINES), lines, strict=False))


def _asked(environment: Mapping[str, str]) -> list[str]:
    """Lag and watermark; a store that is frozen may answer never."""
    found: list[str] = []

    def ask() -> None:
        for what, reading in (("lag", _lag), ("newest event", _newest)):
            try:
                found.append(f"{what}: {reading(settings_of(environment)) or 'nothing yet'}")
            except (IocError, ClickHouseError, KafkaError, OSError) as error:
                found.append(f"{what}: not known, {' '.join(str(error).split())}")

    asking = Thread(target=ask, daemon=True)
    asking.start()
    asking.join(ASK_S)
    return [*found] or [f"lag: not known, no answer within {ASK_S:.0f} s"]


def _lag(settings: Settings) -> str:
    lags = LagReader(settings)
    try:
        held = lags.worker(feeds_named(settings.feeds))
    finally:
        lags.close()
    return ", ".join(f"{lag.topic} {lag.behind} of {lag.published}" for lag in held)


def _newest(settings: Settings) -> str:
    with reader(settings) as client:
        held = figures.progress(client)
    return ", ".join(f"{feed} {each.newest:%m-%d %H:%M:%S}" for feed, each in held.items())


def state_of(pid: int, code: int | None) -> str:
    """A description of a process, with its exit code if it has one."""
    if code is not None:
        return f"has ended with {_named(code)}"
    try:
        return "is paused" if psutil.Process(pid).status() == psutil.STATUS_STOPPED else "runs"
    except psutil.NoSuchProcess:
        return "is gone"


def _named(code: int) -> str:
    return str(code) if code >= 0 else signal.Signals(-code).name
