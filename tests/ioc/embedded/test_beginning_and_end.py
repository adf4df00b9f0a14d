"""Before a command has loaded, after a part has ended, and where only some feeds ever ran."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from contracts.errors import UnavailableError
from contracts.settings import load_settings
from ioc.monitoring.heartbeat import Heart, check
from tests.e2e.running import Part, ioc_environment, run_ioc

INTERRUPTED_WHILE_LOADING = """
import builtins, os, signal
import ioc.__main__ as command

real = builtins.__import__

def loading(name, *rest):
    if name == "ioc.commands.cli":
        os.kill(os.getpid(), signal.SIGINT)
    return real(name, *rest)

builtins.__import__ = loading
command.main()
"""


def test_ctrl_c_while_it_loads_leaves_no_trace() -> None:
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED_WHILE_LOADING], capture_output=True, text=True
    )
    assert done.returncode == -signal.SIGINT
    assert done.stderr == ""


BEAT = """
from contracts.settings import load_settings
from ioc.monitoring.heartbeat import Heart

Heart(load_settings(), "worker").beat()
"""


def test_a_part_that_ended_is_not_well(tmp_path: Path) -> None:
    environment = ioc_environment(tmp_path)
    subprocess.run([sys.executable, "-c", BEAT], env=environment, check=True)
    done = run_ioc(environment, "health", "worker")
    assert done.returncode == 1
    assert "worker does not run" in done.stderr
    settings = load_settings(data_dir=tmp_path)
    Heart(settings, "sink").beat()
    assert check(settings, "sink") < 30
    with pytest.raises(UnavailableError, match="no progress yet"):
        check(settings, "produce")


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[dict[str, str]]:
    """Broker and ClickHouse with what `ioc up --feeds traffic` makes."""
    environment = ioc_environment(tmp_path)
    parts = [Part(environment, "broker"), Part(environment, "clickhouse")]
    for part in parts:
        part.start()
    try:
        for part, name in zip(parts, ("IOC_KAFKA_BOOTSTRAP", "IOC_CLICKHOUSE_PORT"), strict=True):
            part.await_port(int(environment[name].rpartition(":")[2]))
        for command in (("topics", "apply"), ("schema", "apply")):
            done = run_ioc({**environment, "IOC_FEEDS": "traffic"}, *command)
            assert done.returncode == 0, done.stderr
        yield environment
    finally:
        for part in parts:
            part.end(signal.SIGKILL)


def test_the_audit_is_of_the_feeds_that_have_tables(stores: dict[str, str]) -> None:
    done = run_ioc(stores, "audit")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "traffic" in done.stdout
    assert "lacks their tables: " in done.stdout
    assert "dossier" in done.stdout.partition("lacks their tables: ")[2]
