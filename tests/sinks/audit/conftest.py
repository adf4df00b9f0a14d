from collections.abc import Callable, Iterator

import pytest
from clickhouse_connect.driver.client import Client

from contracts.registry import FEEDS
from contracts.settings import Settings
from sinks.audit.auditor import Auditor
from sinks.audit.result import FeedAudit
from sinks.client import writer
from tests.sinks.audit.world import World
from tests.sinks.conftest import settings_for
from tests.sinks.processes import Endpoint
from tests.sinks.stack import make_schema

Audit = Callable[[str], FeedAudit]
WRITTEN = (
    "panes",
    "rollups",
    "period_figures",
    "progress",
    "rejects",
    "places",
    "audit",
    "gauges",
    "state",
    *(f"events_{f.name}" for f in FEEDS),
)


@pytest.fixture(scope="module")
def audited(endpoint: Endpoint) -> Settings:
    """A database with all tables of all feeds. Nothing is on its way into it, so no patience."""
    settings = settings_for(endpoint).model_copy(update={"audit_settle_s": 0.001})
    with writer(settings) as client:
        make_schema(client, settings, FEEDS)
    return settings


@pytest.fixture
def writing(audited: Settings) -> Iterator[Client]:
    with writer(audited) as client:
        yield client


@pytest.fixture
def world(writing: Client) -> World:
    """The tables, empty."""
    for table in WRITTEN:
        writing.command(f"TRUNCATE TABLE {table}")
    return World(writing)


@pytest.fixture
def audit(world: World, audited: Settings) -> Audit:
    def run(feed: str) -> FeedAudit:
        return Auditor(world.client, audited, lambda _: False).audit(feed, None)

    return run
