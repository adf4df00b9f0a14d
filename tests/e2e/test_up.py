"""``ioc up``: ends by itself, goes on from its data, stops in order, and says what hinders it."""

import fcntl
import json
import os
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import clickhouse_connect
import pytest

from tests.e2e.ledger import client_of, rows
from tests.e2e.recount import recount
from tests.e2e.running import Part, answers, ioc_environment, run_ioc, until

STOP_S = 10.0


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


def test_it_ends_by_itself_and_goes_on_from_its_data(tmp_path: Path) -> None:
    """Open dossiers of the first run are the open dossiers of the second, and of the recount."""
    environment = ioc_environment(tmp_path, IOC_FEEDS="dossier", IOC_HISTORY_H="48")
    for run in (1, 2):
        done = run_ioc(environment, "up", "--for", "22", timeout=70)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "stopped; the data is kept" in done.stdout
        assert ("restored" in done.stdout) is (run == 2)
        assert children_of(tmp_path) == []
    with endpoint_over(environment):
        client = client_of(environment)
        ((held, total),) = rows(
            client,
            "SELECT value, (SELECT count() FROM events_dossier FINAL) FROM indicator_latest"
            " WHERE indicator = 'dossier.open' AND district = '17'",
        )
        ((recounted,),) = rows(
            client,
            "SELECT countIf(opened AND NOT closed) FROM (SELECT max(kind = 'received') AS opened,"
            " max(kind IN ('resolved', 'returned')) AS closed FROM events_dossier FINAL"
            " GROUP BY district, dossier_id)",
        )
        assert total > 1000
        assert held == recounted > 0
        assert rows(client, recount("dossier", "received", "17")) == []
        ((generation,),) = rows(client, "SELECT max(generation) FROM progress")
        assert generation == 2


def test_without_the_mirror_of_its_state_it_goes_on_from_the_archive(tmp_path: Path) -> None:
    """So after a power cut, when the mirror had not seen all that was archived."""
    environment = ioc_environment(tmp_path, IOC_FEEDS="dossier", IOC_HISTORY_H="48")
    assert run_ioc(environment, "up", "--for", "18", timeout=70).returncode == 0
    with endpoint_over(environment):
        owner = clickhouse_connect.get_client(
            host="127.0.0.1",
            port=int(environment["IOC_CLICKHOUSE_PORT"]),
            username="ioc_writer",
            database="ioc",
        )
        owner.command("ALTER TABLE state DELETE WHERE partition > 1 SETTINGS mutations_sync = 2")
    done = run_ioc(environment, "up", "--for", "18", timeout=70)
    assert "the mirror of the state is not what is archived; rebuilding" in done.stdout
    with endpoint_over(environment):
        client = client_of(environment)
        for name in ("received", "on_time_share", "days_mean"):
            assert rows(client, recount("dossier", name, "17")) == []


@contextmanager
def endpoint_over(environment: dict[str, str]) -> Iterator[None]:
    """The ClickHouse endpoint alone, over the data that a stack has left."""
    endpoint = Part(environment, "clickhouse")
    endpoint.start()
    try:
        until(lambda: answers(int(environment["IOC_CLICKHOUSE_PORT"])), "ClickHouse answers")
        yield
    finally:
        endpoint.end(signal.SIGTERM)


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_everything_within_ten_seconds(tmp_path: Path, sign: signal.Signals) -> None:
    environment = ioc_environment(tmp_path, IOC_FEEDS="traffic", IOC_RATE="500")
    stack = Part(environment, "up")
    stack.start()
    until(lambda: "traffic" in stack.log and "accepted" in stack.log, "figures are shown", 40)
    asked = time.monotonic()
    assert stack.end(sign) == 0, stack.log
    assert time.monotonic() - asked < STOP_S
    assert children_of(tmp_path) == []
    assert "Traceback" not in stack.log


def test_a_killed_supervisor_leaves_no_orphan(tmp_path: Path) -> None:
    environment = ioc_environment(tmp_path, IOC_FEEDS="press")
    stack = Part(environment, "up")
    stack.start()
    until(lambda: (tmp_path / "services.json").exists(), "all services were started", 40)
    stack.end(signal.SIGKILL)
    until(lambda: children_of(tmp_path) == [], "its services have ended", 15)


def test_a_killed_worker_is_started_again(tmp_path: Path) -> None:
    environment = ioc_environment(tmp_path, IOC_FEEDS="press")
    stack = Part(environment, "up")
    stack.start()
    noted = tmp_path / "services.json"
    until(noted.exists, "all services were started", 40)
    first = json.loads(noted.read_text())["worker"]
    os.kill(first, signal.SIGKILL)
    until(lambda: json.loads(noted.read_text())["worker"] not in (None, first), "a new worker", 20)
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
