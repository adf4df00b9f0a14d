"""The backup of the embedded stack in docs/operations.md, by its own commands."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from signal import SIGTERM

from tests.documents.reading import block_commands
from tests.e2e.ledger import client_of, rows
from tests.e2e.running import Part, ioc_environment, run_ioc
from tests.waiting import until

DOCUMENT = "docs/operations.md"
ARCHIVED = "SELECT count() FROM events_press FINAL"


def test_what_was_packed_comes_back(tmp_path: Path) -> None:
    environment = ioc_environment(
        tmp_path / "var", IOC_FEEDS="press", IOC_HISTORY_H="2", IOC_RATE="20"
    )
    (tmp_path / "var").mkdir()
    pack, remove, unpack, start = [
        command
        for command in block_commands()
        if command.name.startswith(DOCUMENT) and command.program in {"tar", "rm", "ioc"}
    ][-4:]
    with running(environment, tmp_path / "first"):
        before = archived(environment)
    for command in (pack, remove, unpack):
        subprocess.run([command.program, *command.arguments], cwd=tmp_path, check=True)
        assert (tmp_path / "var").exists() == (command is not remove)
    assert start.arguments == ("up",)
    with running(environment, tmp_path / "second"):
        assert archived(environment) >= before > 0


@contextmanager
def running(environment: dict[str, str], folder: Path) -> Iterator[None]:
    """A stack whose audit finds nothing wrong; its log is beside the data, not in it."""
    folder.mkdir()
    with Part(environment, "up", folder=folder) as stack:
        until(lambda: "accepted" in stack.log, "figures are shown")
        until(lambda: run_ioc(environment, "audit").returncode == 0, "the audit is content")
        yield
        assert stack.end(SIGTERM) == 0, stack.log


def archived(environment: dict[str, str]) -> int:
    with client_of(environment) as client:
        return int(rows(client, ARCHIVED)[0][0])
