"""ClickHouse for the time of one command, with real endpoints."""

import re
import signal
from pathlib import Path

import pytest

from contracts.errors import IocError, UnavailableError
from contracts.settings import Settings, load_settings
from ioc.embedded.clickhouse_at_hand import clickhouse_at_hand
from ioc.embedded.data_folder import only_one
from ioc.embedded.ports import answers, free_ports
from sinks.client import reader
from tests.e2e.running import Part, ioc_environment
from tests.processes import HOST


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings over a folder with (empty) data of an embedded endpoint, which does not run."""
    (tmp_path / "clickhouse").mkdir()
    (port,) = free_ports(1)
    return load_settings(data_dir=tmp_path, clickhouse_port=port)


def ask(settings: Settings) -> int:
    with reader(settings) as client:
        client.database = "default"
        return int(client.query("SELECT 6 * 7").result_rows[0][0])


def test_the_endpoint_runs_within_and_ends_after(settings: Settings) -> None:
    with clickhouse_at_hand(settings):
        assert ask(settings) == 42
        with pytest.raises(IocError, match="another `ioc up` runs over the folder"):
            only_one(settings.data_dir).__enter__()
    assert not answers(HOST, settings.clickhouse_port)
    with only_one(settings.data_dir):  # given back
        pass


def test_the_endpoint_ends_where_what_asked_it_failed(settings: Settings) -> None:
    with pytest.raises(IocError, match="no such figure"), clickhouse_at_hand(settings):
        raise IocError("no such figure")
    assert not answers(HOST, settings.clickhouse_port)


def test_an_endpoint_that_runs_is_left_running(tmp_path: Path) -> None:
    environment = ioc_environment(tmp_path)
    port = int(environment["IOC_CLICKHOUSE_PORT"])
    endpoint = Part(environment, "clickhouse")
    endpoint.start()
    try:
        endpoint.await_port(port)
        settings = load_settings(data_dir=tmp_path, clickhouse_port=port)
        with only_one(tmp_path), clickhouse_at_hand(settings):
            assert ask(settings) == 42
        assert ask(settings) == 42
        assert not (tmp_path / "logs").exists()
    finally:
        endpoint.end(signal.SIGKILL)


def test_a_folder_that_another_holds_is_left_alone(settings: Settings) -> None:
    held = only_one(settings.data_dir)
    waiting = pytest.raises(IocError, match="another `ioc up` runs over the folder")
    with held, waiting, clickhouse_at_hand(settings):
        raise AssertionError("it must not come to this")
    assert not answers(HOST, settings.clickhouse_port)


def test_an_endpoint_that_does_not_come_up_says_why(settings: Settings) -> None:
    """Another one has the same data open, under another port."""
    environment = ioc_environment(settings.data_dir)
    endpoint = Part(environment, "clickhouse")
    endpoint.start()
    try:
        endpoint.await_port(int(environment["IOC_CLICKHOUSE_PORT"]))
        with pytest.raises(UnavailableError) as raised, clickhouse_at_hand(settings):
            raise AssertionError("it must not come to this")
    finally:
        endpoint.end(signal.SIGKILL)
    sentence = rf"clickhouse did not come up on 127\.0\.0\.1:{settings.clickhouse_port}: .+ \(log: "
    assert re.match(sentence, str(raised.value))
    with only_one(settings.data_dir):  # given back
        pass


@pytest.mark.parametrize("host", ["127.0.0.1", "192.0.2.1"])
def test_without_data_here_nothing_is_started(settings: Settings, host: str) -> None:
    """No folder of an endpoint; or one, but the address is another machine's."""
    if host == "127.0.0.1":
        (settings.data_dir / "clickhouse").rmdir()
    elsewhere = settings.model_copy(update={"clickhouse_host": host})
    with clickhouse_at_hand(elsewhere):
        pass
    assert not (settings.data_dir / "logs").exists()
