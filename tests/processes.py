"""The processes of a test: the one place that starts, follows and ends them."""

import os
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import ClassVar, Self

from ioc.embedded.ports import answers
from tests.forking import FORKING, Forked
from tests.standing import FOLLOWED, STARTED, state_of
from tests.waiting import STILL_S, until

ROOT = Path(__file__).parents[1]
HOST = "127.0.0.1"


class Process(ABC):
    """A child with a log of its own, from its start to its end; it can be started again.

    As a context it runs inside, and is killed at the end, where it still runs.
    """

    may_fork: ClassVar[bool] = True
    """False for a process that must import everything itself."""

    def __init__(
        self, name: str, log: Path, environment: Mapping[str, str] | None = None, root: Path = ROOT
    ) -> None:
        self.name = name
        self.environment = environment or {}
        self.process: subprocess.Popen[bytes] | Forked | None = None
        self.out = log
        """The file for standard output: the log, like standard error, unless it is changed."""
        self._log, self._root = log, root

    @abstractmethod
    def command(self) -> list[str]:
        """The command line."""

    def start(self) -> None:
        command = self.command()
        with self.out.open("ab") as out, self._log.open("ab") as log:
            environment = self.environment or os.environ
            if self.may_fork and self._root == ROOT and FORKING.can(command, environment):
                self.process = FORKING.start(command, environment, out, log)
            else:
                self.process = subprocess.Popen(
                    command, cwd=self._root, env=environment, stdout=out, stderr=log
                )
        self._forget()
        FOLLOWED.append(self)
        STARTED.append(self)

    def await_port(self, port: int) -> None:
        """Wait until it listens there."""
        until(lambda: answers(HOST, port) or not self.is_running, f"{self.name} answers")
        assert self.is_running, "\n".join([f"{self.name} {self.state}", *self.tail(8)])

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def state(self) -> str:
        """Does it run, or how did it end?"""
        return state_of(self.pid, self.process.poll() if self.process else None)

    def send(self, sign: signal.Signals) -> None:
        """Send a signal, if the process lives."""
        if self.process is not None:
            self.process.send_signal(sign)

    def end(self, sign: signal.Signals = signal.SIGKILL, still_s: float = STILL_S) -> int:
        """Send a signal and wait for the end; its exit code. Raises StandstillError."""
        self.send(sign)
        code = self.wait(still_s)
        self._forget()
        return code

    def kill(self) -> None:
        """SIGKILL, if it still runs; also one that is paused."""
        if self.is_running:
            self.end()
        self._forget()

    def wait(self, still_s: float = STILL_S) -> int:
        """Wait for the end; its exit code. Raises StandstillError."""
        assert self.process is not None
        until(lambda: not self.is_running, f"{self.name} ends", still_s)
        return self.process.wait()

    def freeze(self, seconds: float) -> None:
        """Let it answer nobody for a while; it forgets nothing."""
        self.send(signal.SIGSTOP)
        time.sleep(seconds)  # the duration is what the test is about
        self.send(signal.SIGCONT)

    @property
    def log(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")

    @property
    def logs(self) -> set[Path]:
        """The files that it writes to."""
        return {self._log, self.out}

    def tail(self, lines: int = 1) -> list[str]:
        """The last lines of its log."""
        try:
            return self.log.splitlines()[-lines:]
        except OSError:
            return []

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def _forget(self) -> None:
        with suppress(ValueError):
            FOLLOWED.remove(self)
