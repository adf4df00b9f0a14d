"""A stack for one measurement: parts of the pipeline as processes over a temporary folder."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from contracts.errors import UnavailableError
from contracts.registry import feeds_named
from contracts.settings import Settings, load_settings
from ioc.embedded.ports import answers, free_port, host_and_port
from ioc.topics import apply as topics

READY_S = 30.0
BROKER_READY_S = 120.0
POLL_S = 0.05
STOP_S = 10.0


def wait_until(check: Callable[[], object], what: str, seconds: float) -> None:
    """Wait until ``check`` returns something true. Raises UnavailableError."""
    deadline = time.monotonic() + seconds
    while not check():
        if time.monotonic() > deadline:
            raise UnavailableError(f"after {seconds:.0f} s still not: {what}")
        time.sleep(POLL_S)


@dataclass
class BenchStack:
    """The started parts; ``environment`` is that of every part."""

    settings: Settings
    environment: dict[str, str]
    parts: list[subprocess.Popen[bytes]] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)

    def start(self, *command: str) -> int:
        """Start an ``ioc`` command in the background; return its process id."""
        return self.start_process([sys.executable, "-m", "ioc", *command], command[0])

    def start_process(self, command: Sequence[str], name: str) -> int:
        """Start any command in the background; return its process id."""
        with self.log(name).open("ab") as log:
            part = subprocess.Popen(  # noqa: S603 - our own commands
                command, stdout=log, stderr=subprocess.STDOUT, env=self.environment
            )
        self.parts.append(part)
        self.names[part.pid] = name
        return part.pid

    def refuse_ended(self) -> None:
        """Raise UnavailableError, with the end of its log, if a part has ended by itself."""
        for part in self.parts:
            if part.poll() is not None:
                name = self.names[part.pid]
                last = self.log(name).read_text(errors="replace").rstrip().rpartition("\n")[2]
                raise UnavailableError(f"the {name} ended while it was measured: {last}")

    def log(self, name: str) -> Path:
        """The log of a part."""
        return self.settings.data_dir / f"{name}.log"

    def start_broker(self, command: Sequence[str] | None = None) -> int:
        """Start a broker, by default the embedded one, with all topics; return its process id."""
        pid = self.start("broker") if command is None else self.start_process(command, "broker")
        host, port = host_and_port(self.settings.kafka_bootstrap)
        wait_until(lambda: answers(host, port), "the broker answers", BROKER_READY_S)
        topics.apply(self.settings, feeds_named(self.settings.feeds))
        return pid

    def see_through(self, pid: int, what: str, seconds: float) -> None:
        """Wait until a part ends with success. Raises UnavailableError if it does not."""
        part = self._part(pid)
        wait_until(lambda: part.poll() is not None, what, seconds)
        if part.returncode:
            self.refuse_ended()
        self.parts.remove(part)

    def _part(self, pid: int) -> subprocess.Popen[bytes]:
        (part,) = [each for each in self.parts if each.pid == pid]
        return part

    def end(self, pid: int) -> None:
        """Kill a part."""
        part = self._part(pid)
        part.send_signal(signal.SIGKILL)
        part.wait(STOP_S)
        self.parts.remove(part)

    def end_all(self) -> None:
        """Kill all parts, the last one first."""
        for part in reversed(self.parts[:]):
            self.end(part.pid)


@contextmanager
def bench_stack(feeds: Sequence[str], **overrides: str) -> Iterator[BenchStack]:
    """A stack with free ports and no running part yet; it ends with the context.

    ``overrides`` are settings by name, such as ``IOC_REFERENCE``.
    """
    folder = Path(tempfile.mkdtemp(prefix="ioc-bench-"))
    kept = {name: value for name, value in os.environ.items() if not name.startswith("IOC_")}
    own = {
        "IOC_DATA_DIR": str(folder),
        "IOC_KAFKA_BOOTSTRAP": f"127.0.0.1:{free_port()}",
        "IOC_CLICKHOUSE_PORT": str(free_port()),
        "IOC_FEEDS": ",".join(feeds),
        **overrides,
    }
    given = {name.removeprefix("IOC_").lower(): value for name, value in own.items()}
    stack = BenchStack(load_settings(**given), kept | own)
    try:
        yield stack
    finally:
        stack.end_all()
        shutil.rmtree(folder, ignore_errors=True)
