"""The pipeline's processes on a stage, with a supervisor that starts again what has ended."""

import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from subprocess import TimeoutExpired
from threading import Timer
from types import TracebackType
from typing import Self

from tests.e2e.running import Part, answers, run_ioc, until

START_S = 60.0
END_S = 30.0
TICK_S = 0.05

Action = Callable[[], None]


class Scene:
    """Parts as processes; second halves of faults fall due while ``wait`` waits."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self.broker = Part(environment, "broker")
        self.clickhouse = Part(environment, "clickhouse")
        self.sink = Part(environment, "sink")
        self.producer = Part(environment, "produce")
        self.workers = [Part(environment, "worker")]
        self.ended_by_themselves: Counter[str] = Counter()
        """Part and exit code -> how often it ended without being told to."""
        self._joined = 0
        self._due: list[tuple[float, Action]] = []
        self._pauses: list[Timer] = []

    def __enter__(self) -> Self:
        """Start all parts, the producer last."""
        try:
            for part, port in ((self.broker, self._broker_port), (self.clickhouse, self._port)):
                part.start()
                until(lambda port=port: answers(port), f"{part.name} answers", START_S)  # type: ignore[misc]
            for command in ("topics", "schema"):
                done = run_ioc(self.environment, command, "apply", timeout=START_S)
                assert done.returncode == 0, done.stderr
            for part in (*self.workers, self.sink, self.producer):
                part.start()
        except BaseException:
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
        for part in (self.producer, *self.workers, self.sink, self.clickhouse, self.broker):
            if part.is_running:
                part.end(signal.SIGKILL)

    @property
    def logs(self) -> list[Path]:
        """The log files of all parts."""
        return sorted(Path(self.environment["IOC_DATA_DIR"]).glob("*.log"))

    def later(self, seconds: float, action: Action) -> None:
        """Do something after so many seconds, while other things go on."""
        self._due.append((time.monotonic() + seconds, action))

    def wait(self, seconds: float) -> None:
        """Let the pipeline work for so long, as a supervisor."""
        until_s = time.monotonic() + seconds
        while (left_s := until_s - time.monotonic()) > 0:
            self.care()
            time.sleep(min(TICK_S, left_s))

    def wait_for_what_is_due(self) -> None:
        """Until no pause lasts and no fault has a half to come."""
        while self._due or any(timer.is_alive() for timer in self._pauses):
            self.wait(TICK_S)

    def care(self) -> None:
        """Do what is due, and start again what has ended by itself."""
        now = time.monotonic()
        ripe = [action for at, action in self._due if at <= now]
        self._due = [(at, action) for at, action in self._due if at > now]
        for action in ripe:
            action()
        assert self.broker.is_running, "the broker has ended, and its log with it"
        for part in (self.clickhouse, self.sink, self.producer, *self.workers):
            if part.process is not None and not part.is_running:
                self.ended_by_themselves[f"{part.name} ({part.process.returncode})"] += 1
                part.start()

    def kill(self, part: Part) -> None:
        """SIGKILL, and start it again."""
        part.end(signal.SIGKILL)
        part.start()

    def pause(self, part: Part, seconds: float) -> None:
        """SIGSTOP, and SIGCONT later, whatever else is waited for then."""
        part.send(signal.SIGSTOP)
        timer = Timer(seconds, part.send, (signal.SIGCONT,))
        timer.daemon = True
        timer.start()
        self._pauses.append(timer)

    def end(self, part: Part) -> None:
        """Ask it to end, even if it is paused; killed where it does not comply."""
        part.send(signal.SIGCONT)
        try:
            part.end(signal.SIGTERM, END_S)
        except TimeoutExpired:
            self.ended_by_themselves[f"{part.name} (deaf to SIGTERM for {END_S:.0f} s)"] += 1
            part.end(signal.SIGKILL)

    def stop_producer(self) -> None:
        """End the producer in order; what it has not got acknowledged it would send next time."""
        self.end(self.producer)
        self.producer.process = None

    def add_worker(self) -> None:
        """Another worker joins the group."""
        self._joined += 1
        joining = Part(self.environment, "worker", name=f"worker-{self._joined}")
        joining.start()
        self.workers.append(joining)

    def take_worker(self, number: int, *, in_order: bool) -> None:
        """One of the workers leaves for good; the last one is started again."""
        leaving = self.workers[number % len(self.workers)]
        if in_order:
            self.end(leaving)
        else:
            leaving.end(signal.SIGKILL)
        if len(self.workers) > 1:
            self.workers.remove(leaving)
        else:
            leaving.start()

    def replace_workers(self) -> None:
        """End all workers in order; one that knows nothing takes their place."""
        for part in self.workers:
            self.end(part)
        self.workers.clear()
        self.add_worker()

    @property
    def _broker_port(self) -> int:
        return int(self.environment["IOC_KAFKA_BOOTSTRAP"].rpartition(":")[2])

    @property
    def _port(self) -> int:
        return int(self.environment["IOC_CLICKHOUSE_PORT"])
