import itertools
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from clickhouse_connect.driver.client import Client

from contracts.reference.province import load_reference
from contracts.registry import FEEDS
from contracts.settings import Settings, load_settings
from sinks.client import reader, writer
from sinks.schema.apply import apply
from tests.sinks.processes import Broker, Endpoint
from tests.sinks.stack import Stack, make_schema

logging.getLogger("kafka").setLevel(logging.CRITICAL)
_numbers = itertools.count()


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    process = Endpoint(tmp_path_factory.mktemp("endpoint"))
    process.start()
    yield process
    process.end()


def settings_for(endpoint: Endpoint) -> Settings:
    """Settings with a database that no other test has; no broker behind them."""
    return load_settings(
        clickhouse_port=endpoint.port,
        clickhouse_database=f"test_{next(_numbers)}",
        clickhouse_password="w-secret",
        clickhouse_reader_password="r-secret",
        kafka_partitions=2,
        kafka_session_timeout_s=1.5,
        sink_batch_s=0.2,
        sink_retry_max_s=1,
        generation=3,
    )


@pytest.fixture
def settings(endpoint: Endpoint) -> Settings:
    return settings_for(endpoint)


@pytest.fixture(scope="session")
def migrated(endpoint: Endpoint) -> Settings:
    """A database with the schema of all feeds, only to be read."""
    settings = settings_for(endpoint)
    with writer(settings) as client:
        apply(client, settings, FEEDS, load_reference(settings))
    return settings


@pytest.fixture
def reading(migrated: Settings) -> Iterator[Client]:
    with reader(migrated) as client:
        yield client


@pytest.fixture
def client(settings: Settings) -> Iterator[Client]:
    with writer(settings) as client:
        yield client


@pytest.fixture
def stack(settings: Settings, client: Client, tmp_path: Path) -> Iterator[Stack]:
    """A schema, a fresh broker with the topics of one feed, and a sink that is not started yet."""
    broker = Broker(tmp_path)
    broker.start()
    make_schema(client, settings)
    connected = settings.model_copy(
        update={"kafka_bootstrap": f"127.0.0.1:{broker.port}", "data_dir": tmp_path / "data"}
    )
    made = Stack(connected, client, broker)
    made.create_topics()
    yield made
    made.close()
    broker.end()
