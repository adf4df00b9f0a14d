"""A child process of the embedded stack."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from contracts.errors import UnavailableError
from contracts.settings import Settings
from ioc.embedded.ports import answers

LOG_BYTES = 20_000_000
READY_S = 25.0
RESTART_PAUSE_S, LONGEST_PAUSE_S = 1.0, 30.0
STEADY_S = 60.0
"""A service that ran for longer than this many seconds is restarted without a growing pause."""
POLL_S = 0.1
PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None

COMMAND = [sys.executable, "-m", "ioc"]


class Service:
    """One process: its command, its log file, its life cycle.

    It gets its own session, so that Ctrl-C in the terminal reaches only the supervisor, which then
    stops everything in order. On Linux it is killed with the supervisor, since a worker that is
    asked to stop would wait for a broker that is gone. It holds the supervisor's ``lock`` (a file
    descriptor) for as long as it lives.
    """

    def __init__(self, name: str, command: Sequence[str], log: Path, lock: int) -> None:
        self.name = name
        self.log = log
        self._lock = lock
        self.restarts = 0
        """Number of restarts since it last ran stably."""
        self._started_at = 0.0
        self._again_at: float | None = None
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, environment: Mapping[str, str]) -> None:
        """Start the process; its output is appended to the log."""
        self._started_at, self._again_at = time.monotonic(), None
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **environment},
                start_new_session=True,
                pass_fds=(self._lock,),
                preexec_fn=_end_with_parent,
            )

    @property
    def pid(self) -> int | None:
        """The process id, or None if it does not run."""
        return self._process.pid if self._process and self.exit_code is None else None

    @property
    def exit_code(self) -> int | None:
        """How it ended; None while it runs or before it was started."""
        return None if self._process is None else self._process.poll()

    def may_start_again(self) -> bool:
        """Whether it has ended and its pause is over; the pause grows with each failure."""
        if self.exit_code is None:
            return False
        now = time.monotonic()
        if self._again_at is None:
            if now - self._started_at > STEADY_S:
                self.restarts = 0
            self._again_at = now + min(RESTART_PAUSE_S * 2**self.restarts, LONGEST_PAUSE_S)
        return now >= self._again_at

    def await_port(self, host: str, port: int) -> None:
        """Wait until something answers there.

        Raises:
            UnavailableError: the process ended, or 25 s have passed.
        """
        deadline = time.monotonic() + READY_S
        while not answers(host, port):
            if self.exit_code is not None or time.monotonic() > deadline:
                raise UnavailableError(
                    f"{self.name} did not come up on {host}:{port}: "
                    f"{self.last_words() or 'it said nothing'} (log: {self.log})"
                )
            time.sleep(POLL_S)

    def ask_to_stop(self) -> None:
        """Send SIGTERM."""
        if self.pid is not None and self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGTERM)

    def stop(self, deadline: float) -> None:
        """Stop it; kill it when ``deadline`` (of time.monotonic) has passed."""
        self.ask_to_stop()
        if self._process is None:
            return
        try:
            self._process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def last_words(self, lines: int = 3) -> str:
        """The last lines of its log."""
        try:
            text = self.log.read_bytes()[-4_000:].decode(errors="replace")
        except OSError:
            return ""
        return " / ".join(line.strip() for line in text.splitlines()[-lines:] if line.strip())


def environment_of(settings: Settings) -> dict[str, str]:
    """Differences from the environment, for the children, which inherit the same one."""
    environment = {"PYTHONUNBUFFERED": "1", "IOC_FEEDS": ",".join(settings.feeds)}
    environment["IOC_DATA_DIR"] = str(settings.data_dir.absolute())
    environment["IOC_KAFKA_BOOTSTRAP"] = settings.kafka_bootstrap
    environment["IOC_KAFKA_PROTOCOL"] = settings.kafka_protocol
    environment["IOC_CLICKHOUSE_DATABASE"] = settings.clickhouse_database
    environment["IOC_IDLE_S"] = f"{settings.idle_s!r}"
    environment["IOC_FIGURES"] = str(settings.figures).lower()
    environment["IOC_SEED"] = str(settings.seed)
    environment["IOC_REFERENCE"] = settings.reference
    if settings.rate is not None:
        environment["IOC_RATE"] = f"{settings.rate!r}"
    return environment


def _end_with_parent() -> None:
    if _LIBC is not None:
        _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
