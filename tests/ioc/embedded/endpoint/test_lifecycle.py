"""Starting, refusing to start, stopping, and being killed."""

import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ioc.embedded.endpoint.config import EndpointConfig, User
from ioc.embedded.endpoint.errors import BadConfig, DataPathBusy, PortInUse, UnsafeHost
from ioc.embedded.endpoint.server import serve
from ioc.embedded.ports import free_port
from tests.ioc.embedded.endpoint.conftest import Start
from tests.ioc.embedded.endpoint.running import Running, command
from tests.waiting import within

OPEN = User("default", "", readonly=False)
CLOSED = User("admin", "secret", readonly=False)


def test_a_confirmed_insert_survives_sigkill(tmp_path: Path, start: Start) -> None:
    data = tmp_path / "data"
    first = start(data)
    created = first.http("CREATE TABLE k (n UInt32) ENGINE = MergeTree ORDER BY n")
    assert created.status == 200
    for batch in range(10):
        body = "".join(f"{batch * 100 + n}\n" for n in range(100))
        assert first.http(body, query="INSERT INTO k FORMAT TSV").status == 200
    first.kill()
    second = start(data)
    assert second.http("SELECT count(), sum(n) FROM k").body == b"1000\t499500\n"
    assert second.stop() == 0
    assert start(data).http("SELECT count() FROM k").body == b"1000\n"


def test_stop_lets_a_running_query_finish(tmp_path: Path, start: Start) -> None:
    running = start(tmp_path / "data")
    with ThreadPoolExecutor(1) as pool:
        reply = pool.submit(running.http, "SELECT sleep(1.5), 7")
        running.await_begun("SELECT sleep")
        with within(5):
            assert running.stop() == 0
        assert reply.result().body == b"0\t7\n"


def test_stop_does_not_wait_for_ever(tmp_path: Path, start: Start) -> None:
    running = start(tmp_path / "data")
    endless = "SELECT count() FROM numbers(1000000000000) WHERE sipHash64(number) = 1"
    with ThreadPoolExecutor(1) as pool:
        pool.submit(running.http, endless)
        running.await_begun(endless)
        with within(6):
            assert running.stop() == 0


def test_port_in_use(endpoint: Running, tmp_path: Path) -> None:
    done = subprocess.run(
        command(endpoint.port, tmp_path / "other"), capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert f"Port {endpoint.port} on 127.0.0.1 is in use" in done.stderr
    assert "Traceback" not in done.stderr
    with pytest.raises(PortInUse):
        serve(EndpointConfig("127.0.0.1", endpoint.port, tmp_path / "other", (OPEN,)))


def test_data_path_busy(endpoint: Running) -> None:
    done = subprocess.run(
        command(free_port(), endpoint.path), capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert f"{endpoint.path} is open in another process (PID: {endpoint.pid})" in done.stderr
    with pytest.raises(DataPathBusy):
        serve(EndpointConfig("127.0.0.1", free_port(), endpoint.path, (OPEN,)))


def test_other_machines_need_a_password(tmp_path: Path) -> None:
    with pytest.raises(UnsafeHost, match=r"host 0\.0\.0\.0 .* 'default' has no password"):
        EndpointConfig("0.0.0.0", 8123, tmp_path, (CLOSED, OPEN))
    EndpointConfig("0.0.0.0", 8123, tmp_path, (CLOSED,))
    EndpointConfig("::1", 8123, tmp_path, (OPEN,))
    EndpointConfig("localhost", 8123, tmp_path, (OPEN,))


def test_settings_that_cannot_work_are_named(tmp_path: Path) -> None:
    with pytest.raises(BadConfig, match="port 99999"):
        EndpointConfig("127.0.0.1", 99_999, tmp_path, (OPEN,))
    with pytest.raises(BadConfig, match="threads is 0"):
        EndpointConfig("127.0.0.1", 8123, tmp_path, (OPEN,), threads=0)
    with pytest.raises(BadConfig, match="users is empty"):
        EndpointConfig("127.0.0.1", 8123, tmp_path, ())
    with pytest.raises(BadConfig, match="twice"):
        EndpointConfig("127.0.0.1", 8123, tmp_path, (OPEN, OPEN))
    assert "secret" not in repr(CLOSED)
