"""Apache Kafka for the tests of this folder, which skip if the embedded broker was chosen."""

import signal
from collections.abc import Iterator

import pytest
from clickhouse_connect.driver.client import Client

from tests.e2e.ledger import client_of
from tests.e2e.parts import parts_of
from tests.e2e.running import Part, ioc_environment
from tests.kafka.brokers import apache_brokers, is_apache


@pytest.fixture(scope="session", autouse=True)
def _on_apache() -> None:
    if not is_apache():
        pytest.skip("runs on Apache Kafka only: make test-kafka")


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Settings that lead to a broker of its own, without any topic."""
    made = ioc_environment(tmp_path_factory.mktemp("kafka"), COLUMNS="200")
    (broker,) = apache_brokers(made)
    broker.start()
    try:
        broker.await_port(broker.node.port)
        yield made
    finally:
        broker.end(signal.SIGKILL)


@pytest.fixture(scope="module")
def parts(environment: dict[str, str]) -> Iterator[dict[str, Part]]:
    """All parts over the module's environment; nothing is simulated."""
    with parts_of(environment, ()) as started:
        yield started


@pytest.fixture(scope="module")
def reader(environment: dict[str, str], parts: dict[str, Part]) -> Client:
    assert parts
    return client_of(environment)
