"""``ioc up``: ends by itself, continues from its data, stops in order, reports obstacles."""

import fcntl
import json
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from clickhouse_connect.driver.exceptions import ClickHouseError

from tests.e2e.ledger import WRITER, client_of, rows
from tests.e2e.recount import open_items_recount, recount
from tests.e2e.running import Part, ioc_environment, run_ioc
from tests.waiting import until, within

STOP_S = 10.0

DOSSIERS = {"IOC_FEEDS": "dossier", "IOC_HISTORY_H": "48", "IOC_RATE": "0.1"}
TOLD = 5_000
"""Fewer than the 9,000 events of two days at that rate, which ignores nights and holidays."""


def children_of(folder: Path) -> list[str]:
    """Command lines of living processes that belong to a stack over this folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            environment = (process / "environ").read_bytes()
            command = (process / "cmdline").read_bytes()
        except OSError:
            continue
        is_own = f"IOC_DATA_DIR={folder}".encode() in environment.split(b"\0")
        if is_own and command and int(process.name) != os.getpid():
            found.append(command.replace(b"\0", b" ").decode())
    return found


def test_it_ends_by_itself(tmp_path: Path) -> None:
    environment = ioc_environment(tmp_path, IOC_FEEDS="dossier")
    done = run_ioc(environment, "up", "--for", "1")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "stopped; the data is kept" in done.stdout
    assert children_of(tmp_path) == []


def test_it_goes_on_from_its_data(tmp_path: Path) -> None:
    """Open dossiers of the first run are open dossiers of the second, and of the recount."""
    environment = ioc_environment(tmp_path, **DOSSIERS)
    for run in (1, 2):
        with running(environment) as stack:
            until(lambda: is_exact(environment, run, "received"), "figures are exact")  # noqa: B023 - called in this turn
            assert ("restored" in stack.log) is (run == 2)
        assert children_of(tmp_path) == []


def test_without_the_mirror_of_its_state_it_goes_on_from_the_archive(tmp_path: Path) -> None:
    """So after a power cut, when the mirror had not seen all that was archived."""
    environment = ioc_environment(tmp_path, **DOSSIERS)
    with running(environment):
        until(lambda: is_exact(environment, 1), "figures are exact")
    with endpoint_over(environment):
        owner = client_of(environment, WRITER)
        owner.command("ALTER TABLE state DELETE WHERE partition > 1 SETTINGS mutations_sync = 2")
    with running(environment) as stack:
        names = ("received", "on_time_share", "days_mean")
        until(lambda: is_exact(environment, 2, *names), "figures are exact")
        assert "the mirror of the state is not what is archived; rebuilding" in stack.log


@contextmanager
def running(environment: dict[str, str]) -> Iterator[Part]:
    """``ioc up``, stopped in order when the context ends."""
    stack = Part(environment, "up")
    stack.start()
    try:
        yield stack
        assert stack.end(signal.SIGTERM) == 0, stack.log
    finally:
        stack.kill()


def is_exact(environment: dict[str, str], generation: int, *names: str) -> bool:
    """Whether the past is published, and open dossiers and these figures equal the recount."""
    try:
        with closing(client_of(environment)) as client:
            ((newest, total),) = rows(
                client,
                "SELECT max(generation), (SELECT count() FROM events_dossier FINAL) FROM progress",
            )
            return (
                newest == generation
                and total > TOLD
                and len(
                    rows(
                        client,
                        "SELECT 1 FROM indicator_latest WHERE indicator = "
                        "'dossier.open' AND district = '17' AND value > 0",
                    )
                )
                == 1
                and not rows(client, open_items_recount("dossier", "17"))
                and not any(rows(client, recount("dossier", name, "17")) for name in names)
            )
    except ClickHouseError:  # it does not answer yet, or has no tables yet
        return False


@contextmanager
def endpoint_over(environment: dict[str, str]) -> Iterator[None]:
    """The ClickHouse endpoint alone, over the data that a stack has left."""
    endpoint = Part(environment, "clickhouse")
    endpoint.start()
    try:
        endpoint.await_port(int(environment["IOC_CLICKHOUSE_PORT"]))
        yield
    finally:
        endpoint.end(signal.SIGTERM)


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_everything_within_ten_seconds(tmp_path: Path, sign: signal.Signals) -> None:
    environment = ioc_environment(tmp_path, IOC_FEEDS="traffic", IOC_RATE="500")
    stack = Part(environment, "up")
    stack.start()
    until(lambda: "traffic" in stack.log and "accepted" in stack.log, "figures are shown")
    with within(STOP_S):
        code = stack.end(sign)
    assert code == 0, stack.log
    assert children_of(tmp_path) == []
    assert "Traceback" not in stack.log


def test_a_killed_supervisor_leaves_no_orphan(tmp_path: Path) -> None:
    environment = ioc_environment(tmp_path, IOC_FEEDS="press")
    stack = Part(environment, "up")
    stack.start()
    until(lambda: (tmp_path / "services.json").exists(), "all services were started")
    stack.end(signal.SIGKILL)
    until(lambda: children_of(tmp_path) == [], "its services have ended")


def test_a_killed_worker_is_started_again(tmp_path: Path) -> None:
    environment = ioc_environment(tmp_path, IOC_FEEDS="press")
    stack = Part(environment, "up")
    stack.start()
    noted = tmp_path / "services.json"
    until(noted.exists, "all services were started")
    first = json.loads(noted.read_text())["worker"]
    os.kill(first, signal.SIGKILL)
    until(
        lambda: json.loads(noted.read_text())["worker"] not in (None, first),
        "a new worker",
    )
    assert stack.end(signal.SIGTERM) == 0, stack.log


@pytest.mark.parametrize(
    ("setting", "purpose"),
    [
        ("IOC_KAFKA_BOOTSTRAP", "Kafka broker"),
        ("IOC_CLICKHOUSE_PORT", "ClickHouse endpoint"),
        ("IOC_PREVIEW_PORT", "preview page"),
    ],
)
def test_a_port_in_use_is_one_sentence(tmp_path: Path, setting: str, purpose: str) -> None:
    environment = ioc_environment(tmp_path)
    port = int(environment[setting].rpartition(":")[2])
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        done = run_ioc(environment, "up", "--for", "5")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert f"port {port}" in done.stderr
    assert purpose in done.stderr
    assert setting in done.stderr


def test_two_stacks_do_not_share_a_folder(tmp_path: Path) -> None:
    environment = ioc_environment(tmp_path)
    tmp_path.joinpath("lock").touch()
    with tmp_path.joinpath("lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = run_ioc(environment, "up", "--for", "5")
    assert done.returncode == 1
    assert "another `ioc up` runs over the folder" in done.stderr
