"""A database with all tables, emptied for each test, and what tests put into it."""

from collections.abc import Iterator

import pytest
from clickhouse_connect.driver.client import Client

from contracts.registry import FEEDS
from contracts.settings import Settings
from sinks.client import writer
from tests.sinks.audit.world import World
from tests.sinks.conftest import settings_for
from tests.sinks.processes import Endpoint
from tests.sinks.stack import make_schema

WRITTEN = ("panes", "progress", "indicators", "rollups", "gauge_rollups", "period_figures")


@pytest.fixture(scope="module")
def rolled(endpoint: Endpoint) -> Settings:
    settings = settings_for(endpoint)
    with writer(settings) as client:
        make_schema(client, settings, FEEDS)
    return settings


@pytest.fixture
def writing(rolled: Settings) -> Iterator[Client]:
    with writer(rolled) as client:
        yield client


@pytest.fixture
def world(writing: Client) -> World:
    """The tables, empty."""
    for table in WRITTEN:
        writing.command(f"TRUNCATE TABLE {table}")
    return World(writing)
