"""A database with the schema of all feeds; the rows of a test are deleted after it."""

from collections.abc import Iterator

import pytest
from clickhouse_connect.driver.client import Client

from contracts.reference.province import load_reference
from contracts.registry import FEEDS
from contracts.settings import Settings
from ioc import schema
from sinks.client import reader, writer
from tests.dashboards.alerts.evaluation import Tables
from tests.dashboards.seeded import Engine


@pytest.fixture(scope="session")
def settings(engine: Engine) -> Settings:
    made = engine.settings.model_copy(update={"clickhouse_database": "ioc_alerts"})
    schema.apply(made, FEEDS, load_reference(made))
    return made


@pytest.fixture(scope="session")
def writing(settings: Settings) -> Iterator[Client]:
    with writer(settings) as client:
        yield client


@pytest.fixture
def tables(writing: Client) -> Iterator[Tables]:
    made = Tables(writing)
    yield made
    made.clear()


@pytest.fixture(scope="session")
def reading(settings: Settings) -> Iterator[Client]:
    """The user that Grafana's data source has."""
    with reader(settings) as client:
        yield client
