"""One endpoint for most tests, and a way to start more."""

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from clickhouse_connect.driver.client import Client

from tests.ioc.embedded.endpoint.running import READER, Running

Start = Callable[..., Running]


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("endpoint") / "data")
    yield running
    running.stop()


@pytest.fixture(scope="session")
def client(endpoint: Running) -> Iterator[Client]:
    with endpoint.client() as opened:
        yield opened


@pytest.fixture(scope="session")
def reader(endpoint: Running) -> Iterator[Client]:
    with endpoint.client(READER) as opened:
        yield opened


@pytest.fixture
def table(client: Client) -> Iterator[str]:
    """An empty table (n UInt32, s String)."""
    name = f"t_{uuid.uuid4().hex}"
    client.command(f"CREATE TABLE {name} (n UInt32, s String) ENGINE = MergeTree ORDER BY n")
    yield name
    client.command(f"DROP TABLE {name}")


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts further endpoints, and ends them."""
    started: list[Running] = []

    def begin(path: Path, *options: str) -> Running:
        started.append(Running(path, *options))
        return started[-1]

    yield begin
    for running in started:
        running.kill()
