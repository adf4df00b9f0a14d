"""A real engine with the schema of all feeds and no rows, one database a test."""

import itertools
from collections.abc import Iterator

import pytest
from clickhouse_connect.driver.client import Client

from contracts.reference import load_reference
from contracts.registry import FEEDS
from contracts.settings import Settings, load_settings
from ioc import schema
from sinks.client import reader, writer
from tests.dashboards.alerts.evaluation import Tables
from tests.sinks.processes import Endpoint

_numbers = itertools.count()


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    process = Endpoint(tmp_path_factory.mktemp("endpoint"))
    process.start()
    yield process
    process.end()


@pytest.fixture
def settings(endpoint: Endpoint) -> Settings:
    made = load_settings(
        clickhouse_port=endpoint.port,
        clickhouse_database=f"alerts_{next(_numbers)}",
        clickhouse_password="w-secret",
        clickhouse_reader_password="r-secret",
    )
    schema.apply(made, FEEDS, load_reference(made))
    return made


@pytest.fixture
def tables(settings: Settings) -> Iterator[Tables]:
    with writer(settings) as client:
        yield Tables(client)


@pytest.fixture
def reading(settings: Settings) -> Iterator[Client]:
    """The user that Grafana's data source has."""
    with reader(settings) as client:
        yield client
