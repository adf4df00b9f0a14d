"""A full disk under the whole stack: all wait and say so, and nothing is lost."""

from collections.abc import Iterator
from pathlib import Path
from signal import SIGTERM

import pytest

from tests.e2e.running import Part, ioc_environment, run_ioc
from tests.ioc.embedded.endpoint.small_disk import NoMount, fill, mounted
from tests.waiting import until

DISK_MB, RESERVE_MB = 400, 40
LEFT = 20_000_000
"""Bytes of room, which is less than the reserve."""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    try:
        with mounted(tmp_path, DISK_MB) as disk:
            yield disk
    except NoMount as error:
        pytest.skip(str(error))


def test_on_a_full_disk_all_wait_and_nothing_is_lost(small_disk: Path) -> None:
    environment = ioc_environment(
        small_disk,
        IOC_FEEDS="traffic",
        IOC_RATE="200",
        IOC_DISK_RESERVE_MB=str(RESERVE_MB),
        IOC_FREE_DISK_MB=str(RESERVE_MB),
    )
    stack = Part(environment, "up", folder=small_disk.parent)
    stack.start()
    try:
        until(lambda: "accepted" in stack.log, "figures are shown")
        filler = fill(small_disk, LEFT)
        until(lambda: "producers and sink wait until" in stack.log, "the producers wait")
        sink = small_disk / "logs" / "sink.log"
        until(lambda: "no insert is taken below" in sink.read_text(), "the sink says so")
        told = run_ioc(environment, "status")
        assert told.returncode == 1
        assert "producers and sink wait" in " ".join(told.stdout.split())
        filler.unlink()
        until(lambda: "producers go on" in stack.log, "the producers go on")
        until(lambda: run_ioc(environment, "status").returncode == 0, "all is well again")
        until(lambda: run_ioc(environment, "audit").returncode == 0, "the audit finds no fault")
        assert stack.end(SIGTERM) == 0, stack.log
        assert "Traceback" not in stack.log
    finally:
        if stack.is_running:
            stack.end(SIGTERM)
