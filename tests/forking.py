"""Starts ``ioc`` commands from a process that has loaded what they import.

A stack in a test is up to nine processes, each of which would spend a second of a processor on the
same imports. They are processes of their own all the same: the one that is asked forks, and the
child has the environment and the output that it is given, and runs a module as ``python -m`` does.
"""

import contextlib
import gc
import importlib
import json
import os
import runpy
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

LOADED = (
    "ioc.asking.audit",
    "ioc.asking.query",
    "ioc.commands.cli",
    "ioc.embedded.clickhouse",
    "ioc.embedded.endpoint.server",
    "ioc.embedded.preview",
    "ioc.embedded.up",
    "ioc.monitoring.clickhouse_probe",
    "ioc.monitoring.kafka_probe",
    "ioc.monitoring.monitor",
    "ioc.rejects.replay",
    "ioc.schema",
    "ioc.status.status",
    "ioc.topics.apply",
    "ioc.topics.stamping",
    "producers.runner",
    "sinks.runner",
    "streams.process.worker",
)
"""Modules that commands import. None starts a thread, because a fork loses other threads."""
MODULES = ("ioc", "ioc.embedded.endpoint")
"""The modules that can be run."""
OF_INTERPRETER = ("PYTHON", "LC_", "LANG", "TZ", "LD_")
"""Beginnings of the variables that an interpreter reads when it starts."""
MOST_BYTES = 1 << 20
POLL_S = 0.02


@dataclass(frozen=True)
class Request:
    """A module to be run."""

    module: str
    arguments: Sequence[str]
    environment: Mapping[str, str]


class Forked:
    """A child of the forking process, with the part of ``subprocess.Popen`` that tests use."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self.pid = int(connection.recv(MOST_BYTES).decode())
        self.returncode: int | None = None
        connection.setblocking(False)

    def poll(self) -> int | None:
        """The exit code, negative for a signal; None while it runs."""
        if self.returncode is None:
            with contextlib.suppress(BlockingIOError):
                code = self._connection.recv(MOST_BYTES)
                self.returncode = int(code) if code else -signal.SIGKILL
                self._connection.close()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end. Raises subprocess.TimeoutExpired."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if deadline is not None and time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0.0)
            time.sleep(POLL_S)
        return code

    def send_signal(self, sign: int) -> None:
        """Send a signal, if it still runs."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, sign)


class Forking:
    """The process that forks, started with the first command."""

    def __init__(self) -> None:
        self._address = ""

    def can(self, command: Sequence[str], environment: Mapping[str, str]) -> bool:
        """Is it one of the modules, in an interpreter that would start as this one did?"""
        return (
            sys.platform == "linux"
            and command[:2] == [sys.executable, "-m"]
            and command[2] in MODULES
            and _of_interpreter(environment) == _of_interpreter(os.environ)
            and "COVERAGE_PROCESS_CONFIG" not in environment
        )

    def start(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        out: BinaryIO,
        log: BinaryIO,
    ) -> Forked:
        """Run a command for which ``can`` holds."""
        if not self._address:
            self._address = self._begin()
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        connection.connect(self._address)
        request = Request(command[2], command[3:], dict(environment))
        text = json.dumps(asdict(request)).encode()
        socket.send_fds(connection, [text], [out.fileno(), log.fileno()])
        return Forked(connection)

    def _begin(self) -> str:
        address = f"{tempfile.mkdtemp(prefix='ioc-forking-')}/socket"
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        listener.bind(address)
        listener.listen()
        # Inherited, not opened there: it can be connected to at once. It ends with these tests.
        subprocess.Popen(
            [sys.executable, "-m", "tests.forking", str(listener.fileno()), str(os.getpid())],
            cwd=Path(__file__).parents[1],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=(listener.fileno(),),
        )
        listener.close()
        return address


FORKING = Forking()


def _of_interpreter(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name.startswith(OF_INTERPRETER)}


class Server:
    """Forks for each request, and tells how the children end."""

    def __init__(self, listener: socket.socket, parent: int) -> None:
        self._listener, self._parent = listener, parent
        self._children: dict[int, socket.socket] = {}

    def serve(self) -> Request | None:
        """Serve until the tests have ended; in a child, return what it is to run."""
        waking, woken = socket.socketpair()
        for end in (waking, woken):
            end.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(waking.fileno(), warn_on_full_buffer=False)
        with selectors.DefaultSelector() as ready:
            ready.register(self._listener, selectors.EVENT_READ)
            ready.register(woken, selectors.EVENT_READ)
            while os.getppid() == self._parent:
                for key, _ in ready.select(timeout=1.0):
                    if key.fileobj is woken:
                        woken.recv(MOST_BYTES)
                    elif request := self._fork():
                        signal.set_wakeup_fd(-1)
                        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                        waking.close()
                        woken.close()
                        return request
                self._reap()
        for pid in self._children:
            os.kill(pid, signal.SIGKILL)
        return None

    def _fork(self) -> Request | None:
        connection, _ = self._listener.accept()
        text, outputs, _, _ = socket.recv_fds(connection, MOST_BYTES, 2)
        if not (pid := os.fork()):
            for number, output in enumerate(outputs, start=1):
                os.dup2(output, number)
        for output in outputs:
            os.close(output)
        if pid:
            connection.send(str(pid).encode())
            self._children[pid] = connection
            return None
        for each in (connection, self._listener, *self._children.values()):
            each.close()
        return Request(**json.loads(text))

    def _reap(self) -> None:
        for pid in [*self._children]:
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                with self._children.pop(pid) as connection, contextlib.suppress(OSError):
                    connection.send(str(os.waitstatus_to_exitcode(status)).encode())


def main() -> None:
    """Load what commands import, then fork for each of them."""
    number, parent = map(int, sys.argv[1:])
    for name in LOADED:
        importlib.import_module(name)
    gc.freeze()  # collection would write to shared memory and so copy it
    request = Server(socket.socket(fileno=number), parent).serve()
    if request is None:
        return
    os.environ.clear()
    os.environ.update(request.environment)
    sys.argv = [request.module, *request.arguments]
    runpy.run_module(request.module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
