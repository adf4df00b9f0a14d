"""The parts of the pipeline as processes of a test, started by the commands that a server uses."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from ioc.embedded.ports import free_ports
from tests.processes import ROOT, Process


def ioc_environment(folder: Path, **settings: str) -> dict[str, str]:
    """An environment with ports of its own and nothing of the developer's own IOC settings.

    Processes may take their time to stop: on a busy machine ten seconds say nothing.
    """
    kafka, clickhouse, preview = free_ports(3)
    foreign = ("IOC_", "PYTEST_")  # a page server that finds itself in a test would not serve
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return kept | {
        "IOC_DATA_DIR": str(folder),
        "IOC_KAFKA_BOOTSTRAP": f"127.0.0.1:{kafka}",
        "IOC_CLICKHOUSE_PORT": str(clickhouse),
        "IOC_PREVIEW_PORT": str(preview),
        "IOC_STOP_S": "120",
        **settings,
    }


class Part(Process):
    """A long-running ``ioc`` command of the checkout ``root``; ``name`` is also that of its log."""

    def __init__(
        self,
        environment: Mapping[str, str],
        *arguments: str,
        name: str = "",
        root: Path = ROOT,
        folder: Path | None = None,
    ) -> None:
        """Its log is in ``folder``, by default in its data folder."""
        name = name or arguments[0]
        log = (folder or Path(environment["IOC_DATA_DIR"])) / f"{name}.log"
        super().__init__(name, log, environment, root)
        self._arguments = arguments

    def command(self) -> list[str]:
        """See Process."""
        return [sys.executable, "-m", "ioc", *self._arguments]


def run_ioc(environment: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run an ``ioc`` command to its end. Raises StandstillError."""
    with tempfile.TemporaryDirectory(prefix="ioc-command-") as folder:
        command = Part(environment, *arguments, folder=Path(folder))
        command.out = Path(folder) / "printed"
        with command:
            code = command.wait()
        printed = command.out.read_text(encoding="utf-8", errors="replace")
        return subprocess.CompletedProcess(command.command(), code, printed, command.log)
