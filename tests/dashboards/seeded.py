"""One ClickHouse for all tests of dashboards: a seeded database, and one with empty tables."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pytest

from contracts.settings import Settings, load_settings
from dashboards.checks.engine import Ask, asking
from ioc.asking.dashboard_check import seeded_clickhouse
from sinks.client import reader


@dataclass(frozen=True)
class Engine:
    """How to ask either database, and the moment up to which rows were made up."""

    settings: Settings
    seeded: Ask
    empty: Ask
    now: datetime


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    with (
        seeded_clickhouse(load_settings()) as (seeded, empty, now),
        reader(seeded) as full,
        reader(empty) as bare,
    ):
        yield Engine(seeded, asking(full), asking(bare), now)
