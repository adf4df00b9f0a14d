"""``ioc up``: the embedded stack with its screen, until Ctrl-C or the given time."""

import signal
import time
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Event
from types import FrameType

from rich.console import Console
from rich.live import Live

from contracts.feed import Feed
from contracts.reference.boundaries import load_boundaries
from contracts.reference.province import load_reference
from contracts.settings import Settings
from ioc.embedded.data_folder import only_one
from ioc.embedded.memory import require_memory
from ioc.embedded.screen import Reading, render
from ioc.embedded.stack import Stack
from ioc.embedded.supervisor_log import log_to_file
from ioc.embedded.watch import Watch
from ioc.status.ages import ENGLISH, show_age
from ioc.status.figures import FeedProgress

CARE_S = 1.0
REFRESH_S = 1.0
PLAIN_EVERY_S = 5.0
FEW_FEEDS = 3
"""The most messages that a line names one by one."""
ASKED_BY = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Ctrl-C, another process, and a closed terminal."""


def up(
    settings: Settings, feeds: Sequence[Feed], seconds: float | None, rebuild: Sequence[str] = ()
) -> None:
    """Run the stack; a signal of ASKED_BY stops it in order. ``seconds`` counts from its start.

    The state of feeds in ``rebuild`` is rebuilt from the archive.

    Raises:
        IocError: it can't start, or another one runs over the same folder.
    """
    require_memory(settings)
    console = Console()
    load_boundaries(settings, load_reference(settings).units)
    stop = Event()

    def ask(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    with only_one(settings.data_dir) as lock:
        log_to_file(settings)
        for name in ASKED_BY:
            signal.signal(name, ask)
        notes = _Notes(console)
        stack = Stack(settings, feeds, notes.say, lock=lock, rebuild=rebuild)
        began = time.monotonic()
        until = None if seconds is None else began + seconds
        try:
            stack.start(stop)
            with _cared_for(stack, stop):
                _Screen(console, stack, notes, began).show(stop, until)
        finally:
            console.print("stopping: page, producers, worker, sink, stores ...", style="dim")
            stack.stop()
            console.print(f"stopped; the data is kept in {settings.data_dir.resolve()}")


@contextmanager
def _cared_for(stack: Stack, stop: Event) -> Iterator[None]:
    """Supervise the stack in another thread: it takes seconds, and the screen must not wait.

    An error there sets ``stop``, and is raised here.
    """

    def care() -> None:
        try:
            while not stop.wait(CARE_S):
                stack.care()
                stack.wait_for_room()
                stack.stay_within_memory(stop)
        finally:
            stop.set()

    with ThreadPoolExecutor(1, "care") as threads:
        caring = threads.submit(care)
        try:
            yield
        finally:
            stop.set()
        caring.result()


class _Notes:
    """Messages of the stack: printed, or the latest of them shown on a live screen."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self.is_live = False
        self.last = ""

    def say(self, text: str) -> None:
        """Show a text. Thread-safe."""
        self.last = f"{datetime.now().astimezone():%H:%M:%S %Z}  {text}"
        if not self.is_live:
            self._console.print(f"{text} ...", style="dim", markup=False, soft_wrap=True)


class _Screen:
    """Shows readings: a live view on a terminal, a line every few seconds elsewhere."""

    def __init__(self, console: Console, stack: Stack, notes: _Notes, began: float) -> None:
        self._console = console
        self._stack = stack
        self._notes = notes
        self._units = load_reference(stack.settings).units
        self._watch = Watch(stack.settings, stack.feeds)
        self._began = began

    def show(self, stop: Event, until: float | None) -> None:
        """Refresh until ``stop`` is set or the monotonic time ``until`` has come."""
        try:
            if self._console.is_terminal:
                self._live(stop, until)
            else:
                self._plain(stop, until)
        finally:
            self._watch.close()

    def _over(self, stop: Event, until: float | None, pause_s: float) -> bool:
        left_s = pause_s if until is None else min(pause_s, until - time.monotonic())
        return left_s <= 0 or stop.wait(left_s)

    def _live(self, stop: Event, until: float | None) -> None:
        self._notes.is_live, self._notes.last = True, ""
        try:
            self._refresh(stop, until)
        finally:
            self._notes.is_live = False

    def _refresh(self, stop: Event, until: float | None) -> None:
        with Live(console=self._console, auto_refresh=False, screen=True) as live:
            while True:
                reading = self._watch.read()
                live.update(
                    render(
                        self._units,
                        self._stack.feeds,
                        "\n".join(filter(None, (addresses(self._stack), self._notes.last))),
                        reading,
                        self._console.width,
                    ),
                    refresh=True,
                )
                if self._over(stop, until, REFRESH_S):
                    return

    def _plain(self, stop: Event, until: float | None) -> None:
        self._console.print(addresses(self._stack), soft_wrap=True)
        while not self._over(stop, until, PLAIN_EVERY_S):
            self._console.print(self._line(self._watch.read()), soft_wrap=True)

    def _line(self, reading: Reading) -> str:
        since = f"{time.monotonic() - self._began:4.0f} s"
        if reading.trouble:
            return f"{since}  {reading.trouble}"
        by_feed = reading.progress
        figures = sum(value is not None for value in reading.figures.values())
        rates = reading.rates
        parts = [_told(name, [by_feed[name]], rates.get(name, 0.0)) for name in sorted(by_feed)]
        if len(parts) > FEW_FEEDS:
            parts = [_told(f"{len(parts)} feeds", by_feed.values(), sum(reading.rates.values()))]
        return f"{since}  {figures} figures  " + " | ".join(parts or ["no events yet"])


def _told(name: str, progress: Collection[FeedProgress], rate: float) -> str:
    """Totals of several feeds; the age is that of the newest event of all."""
    now = datetime.now(UTC)
    age = show_age(min(each.age_s(now) for each in progress), ENGLISH)
    return (
        f"{name} {rate:.1f}/s, {sum(each.accepted for each in progress):,} accepted, "
        f"{sum(each.rejected for each in progress):,} rejected, newest {age}"
    )


def addresses(stack: Stack) -> str:
    """The addresses of screens, ClickHouse, Kafka and logs, in one line."""
    settings = stack.settings
    return (
        f"Screens http://{settings.preview_host}:{settings.preview_port} · "
        f"ClickHouse http://{settings.clickhouse_host}:{settings.clickhouse_port} "
        f"(user {settings.clickhouse_reader}, read-only) · Kafka {settings.kafka_bootstrap} · "
        f"logs {settings.data_dir / 'logs'} · try: ioc status, ioc query, ioc feeds"
    )
