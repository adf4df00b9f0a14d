"""The parts of the pipeline as processes of a test, started by the commands that a server uses."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from ioc.ports import free_ports

ROOT = Path(__file__).parents[2]
START_S = 60.0
"""Only a test that fails waits for so long; on a busy machine a start takes half of it."""
Check = Callable[[], object]


def until(check: Check, what: str, seconds: float = START_S) -> None:
    """Wait until ``check`` gives something true."""
    deadline = time.monotonic() + seconds
    while not check():
        if time.monotonic() > deadline:
            raise AssertionError(f"after {seconds:.0f} s still not: {what}")
        time.sleep(0.1)


def ioc_environment(folder: Path, **settings: str) -> dict[str, str]:
    """An environment with ports of its own and nothing of the developer's own IOC settings."""
    kafka, clickhouse, preview = free_ports(3)
    foreign = ("IOC_", "PYTEST_")  # a page server that finds itself in a test would not serve
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return kept | {
        "IOC_DATA_DIR": str(folder),
        "IOC_KAFKA_BOOTSTRAP": f"127.0.0.1:{kafka}",
        "IOC_CLICKHOUSE_PORT": str(clickhouse),
        "IOC_PREVIEW_PORT": str(preview),
        **settings,
    }


def run_ioc(
    environment: dict[str, str], *arguments: str, timeout: float = 60
) -> subprocess.CompletedProcess[str]:
    """Run an ``ioc`` command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "ioc", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


class Part:
    """A long-running ``ioc`` command of the checkout ``root``; ``name`` is also that of its log."""

    def __init__(
        self, environment: dict[str, str], *arguments: str, name: str = "", root: Path = ROOT
    ) -> None:
        self.name = name or arguments[0]
        self._root = root
        self._environment = environment
        self._arguments = arguments
        self._log = Path(environment["IOC_DATA_DIR"]) / f"{self.name}.log"
        self.process: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        """The command line."""
        return [sys.executable, "-m", "ioc", *self._arguments]

    def start(self) -> None:
        command = self.command()
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                cwd=self._root,
                env=self._environment,
                stdout=log,
                stderr=log,
            )

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def send(self, sign: signal.Signals) -> None:
        """Send a signal, if the process lives."""
        if self.process is not None:
            self.process.send_signal(sign)

    def end(self, sign: signal.Signals, seconds: float = 30) -> int:
        """Send a signal and wait for the end; its exit code."""
        assert self.process is not None
        self.process.send_signal(sign)
        return self.process.wait(seconds)

    @property
    def log(self) -> str:
        return self._log.read_text(errors="replace")


def answers(port: int) -> bool:
    with socket.socket() as sock:
        return sock.connect_ex(("127.0.0.1", port)) == 0
