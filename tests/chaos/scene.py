"""The pipeline's processes, with a supervisor that restarts those that have ended."""

import signal
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from threading import Timer
from types import TracebackType
from typing import Self

from tests.clock.shift import NoShiftError, Shift, build
from tests.e2e.parts import start_stores
from tests.e2e.running import Part, run_ioc
from tests.kafka.brokers import brokers_of
from tests.waiting import STILL_S, Progress, StandstillError, until

DEAF_S = 30.0
TICK_S = 0.05

STORIES = ((("traffic",), 0.2), (("dossier", "eoffice", "press"), 30))
"""Feeds and hours of the past that a further producer tells; an event is too late after 24."""

Action = Callable[[], None]


def _shifted(folder: Path, clock: Shift) -> dict[str, str]:
    """The environment for workers whose clock can be stepped; empty if that is not possible."""
    try:
        return clock.environment(build(folder))
    except NoShiftError:
        return {}


class Scene:
    """Parts as processes; second halves of faults fall due while ``wait`` waits."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self.brokers = brokers_of(environment)
        self.broker = self.brokers[0]
        self.away: set[Part] = set()
        """Brokers that were ended and are not back yet."""
        self.clickhouse = Part(environment, "clickhouse")
        self.sink = Part(environment, "sink")
        self.worker_clock = Shift(self.folder / "worker-clock")
        self._of_workers = environment | _shifted(self.folder, self.worker_clock)
        self.workers = [Part(self._of_workers, "worker")]
        self.producers = [Part(environment, "produce")]
        self.ended_by_themselves: Counter[str] = Counter()
        """Part and exit code -> number of ends, unasked or on request with another code than 0."""
        self.past: defaultdict[str, set[tuple[int, int, int]]] = defaultdict(set)
        """Feed -> what was published in generations of the log before: those, partition, offset."""
        self.lost = 0
        """Events that stood in a log behind all that was worked through when it was broken."""
        self.inserted_again = 0
        """Messages of the sinks' topics that were forced to be inserted once more."""
        self._joined = 0
        self._told = 0
        self._due: list[tuple[float, Action]] = []
        self._pauses: list[Timer] = []

    def __enter__(self) -> Self:
        """Start all parts, the producers last."""
        try:
            start_stores([*self.brokers, self.clickhouse], self.environment)
            for command in ("topics", "schema"):
                done = run_ioc(self.environment, command, "apply")
                assert done.returncode == 0, done.stderr
            for part in (*self.workers, self.sink, *self.producers):
                part.start()
        except BaseException:  # whatever it was, also Ctrl-C: no process may stay
            self.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Kill all that still runs."""
        for timer in self._pauses:
            timer.cancel()
        for part in (*self.producers, *self.workers, self.sink, self.clickhouse, *self.brokers):
            part.kill()

    @property
    def folder(self) -> Path:
        """Data and logs of all parts."""
        return Path(self.environment["IOC_DATA_DIR"])

    @property
    def generation(self) -> int:
        """The generation of the log in the parts' settings."""
        return int(self.environment.get("IOC_GENERATION", "0"))

    def begin_generation(self, generation: int, seen: Mapping[str, set[tuple[int, int]]]) -> None:
        """Let all parts continue in another generation; ``seen`` was published before it."""
        self.note(f"generation {generation}")
        for part in (*self.workers, self.sink):
            self.end(part)
        for feed, places in seen.items():
            self.past[feed] |= {(self.generation, *place) for place in places}
        own = {"IOC_GENERATION": str(generation)}
        self.environment |= own
        self._of_workers |= own
        self.producers = self.producers[:1]
        for part in (*self.workers, self.sink, *self.producers):
            part.environment = {**part.environment, **own}
            part.start()

    def later(self, seconds: float, action: Action) -> None:
        """Do something after ``seconds``, while other things continue."""
        self._due.append((time.monotonic() + seconds, action))

    def wait(self, seconds: float, enough: Callable[[], bool] = lambda: False) -> None:
        """Supervise the working pipeline for ``seconds``, or until ``enough``."""
        until_s = time.monotonic() + seconds
        while (left_s := until_s - time.monotonic()) > 0 and not enough():
            self.care()
            time.sleep(min(TICK_S, left_s))  # how long is what the caller asks for

    def until(
        self,
        check: Callable[[], object],
        what: str,
        still_s: float = STILL_S,
        progress: Progress | None = None,
    ) -> None:
        """Wait for that as a supervisor. Raises StandstillError."""

        def is_so() -> object:
            self.care()
            return check()

        until(is_so, what, still_s, progress)

    def wait_for_what_is_due(self) -> None:
        """Until no pause lasts and no fault has a half to come."""
        while self._due or any(timer.is_alive() for timer in self._pauses):
            self.wait(TICK_S)

    def care(self) -> None:
        """Perform actions that are due, and restart parts that have ended by themselves."""
        now = time.monotonic()
        ripe = [action for at, action in self._due if at <= now]
        self._due = [(at, action) for at, action in self._due if at > now]
        for action in ripe:
            action()
        for broker in self.brokers:
            assert broker.is_running or broker in self.away, f"{broker.name} has ended by itself"
        for part in (self.clickhouse, self.sink, *self.producers, *self.workers):
            if part.process is not None and not part.is_running:
                what = f"{part.name} ({part.process.returncode})"
                self.note(f"ended by itself: {what}, start it again")
                self.ended_by_themselves[what] += 1
                part.start()

    def note(self, what: str) -> None:
        """Write the action into ``scene.log``, beside the logs of the parts."""
        with (self.folder / "scene.log").open("a") as log:
            log.write(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f} UTC {what}\n")

    def kill(self, part: Part) -> None:
        """SIGKILL, and start it again."""
        self.note(f"kill {part.name}, start it again")
        part.end(signal.SIGKILL)
        part.start()

    def take_broker(self, broker: Part, sign: signal.Signals) -> None:
        """End a broker, which stays away; one with a log on disk can come back."""
        self.note(f"end {broker.name} with {sign.name}")
        self.away.add(broker)
        broker.end(sign)

    def bring_back(self, broker: Part) -> None:
        """Restart a broker that was ended."""
        self.note(f"start {broker.name} again")
        broker.start()
        self.away.discard(broker)

    def pause(self, part: Part, seconds: float) -> None:
        """SIGSTOP, and SIGCONT later, whatever else is waited for then."""
        self.note(f"pause {part.name} for {seconds:.1f} s")
        part.send(signal.SIGSTOP)
        timer = Timer(seconds, part.send, (signal.SIGCONT,))
        timer.daemon = True
        timer.start()
        self._pauses.append(timer)

    def end(self, part: Part) -> None:
        """Ask it to end, even if it is paused; kill it if it does not comply."""
        if not part.is_running:
            return
        self.note(f"end {part.name}")
        part.send(signal.SIGCONT)
        try:
            code = part.end(signal.SIGTERM, DEAF_S)
            if code:
                self.ended_by_themselves[f"{part.name} (asked to, but with {code})"] += 1
        except StandstillError:
            self.ended_by_themselves[f"{part.name} (deaf to SIGTERM for {DEAF_S:.0f} s)"] += 1
            part.end(signal.SIGKILL)

    def stop_producers(self) -> None:
        """End them in order; unacknowledged events would be sent by the next run."""
        for part in self.producers:
            self.end(part)
            part.process = None

    def tell_another_story(self) -> None:
        """Other events of the last hours, from another producer, late as they all are.

        Those of the story before were told long ago, or never will be.
        """
        self._told += 1
        feeds, hours = STORIES[self._told % len(STORIES)]
        folder = self.folder / f"story-{self._told}"
        folder.mkdir()
        other = {
            "IOC_DATA_DIR": str(folder),
            "IOC_SEED": str(int(self.environment["IOC_SEED"]) + 1000 * self._told),
            "IOC_HISTORY_H": str(hours),
            "IOC_RATE": "",
        }
        story = Part(self.environment | other, "produce", *feeds)
        for told in self.producers[1:]:
            self.end(told)
        self.producers[1:] = [story]
        story.start()

    def add_worker(self) -> None:
        """Another worker joins the group."""
        self._joined += 1
        joining = Part(self._of_workers, "worker", name=f"worker-{self._joined}")
        self.note(f"start {joining.name}")
        joining.start()
        self.workers.append(joining)

    def take_worker(self, number: int, *, in_order: bool) -> None:
        """One of the workers leaves for good; the last one is started again."""
        leaving = self.workers[number % len(self.workers)]
        if in_order:
            self.end(leaving)
        else:
            self.note(f"kill {leaving.name}")
            leaving.end(signal.SIGKILL)
        if len(self.workers) > 1:
            self.workers.remove(leaving)
        else:
            self.note(f"start {leaving.name} again")
            leaving.start()

    def replace_workers(self) -> None:
        """End all workers in order; one that knows nothing takes their place."""
        for part in self.workers:
            self.end(part)
        self.workers.clear()
        self.add_worker()
