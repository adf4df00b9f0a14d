"""A real engine with the schema of all feeds, one database a test."""

import base64
import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from clickhouse_connect.driver.client import Client

from contracts.reference.province import load_reference
from contracts.registry import FEEDS
from ioc import schema
from sinks.client import writer
from sinks.consuming.bodies import REJECT_COLUMNS
from tests.e2e.running import ioc_environment
from tests.sinks.processes import Endpoint
from tests.standing import settings_of

_numbers = itertools.count()


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    process = Endpoint(tmp_path_factory.mktemp("endpoint"))
    process.start()
    yield process
    process.end()


class Database:
    """The database of a test: the settings that lead to it, and rows written straight into it."""

    def __init__(self, endpoint: Endpoint, folder: Path) -> None:
        self.environment = ioc_environment(
            folder,
            IOC_CLICKHOUSE_PORT=str(endpoint.port),
            IOC_CLICKHOUSE_DATABASE=f"ioc_test_{next(_numbers)}",
            IOC_CLICKHOUSE_PASSWORD="w-secret",
            IOC_CLICKHOUSE_READER_PASSWORD="r-secret",
            COLUMNS="200",
        )
        self.settings = settings_of(self.environment)
        schema.apply(self.settings, FEEDS, load_reference(self.settings))
        self.client: Client = writer(self.settings)

    def add_rejects(self, *rows: dict[str, Any]) -> None:
        lines = b"\n".join(map(orjson.dumps, rows))
        self.client.raw_insert("rejects", REJECT_COLUMNS, lines, fmt="JSONEachRow")

    def rows(self, sql: str) -> list[Any]:
        return list(self.client.query(sql).result_rows)


@pytest.fixture
def database(endpoint: Endpoint, tmp_path: Path) -> Iterator[Database]:
    made = Database(endpoint, tmp_path)
    yield made
    made.client.close()


def ago(**period: float) -> str:
    """A time in the past, in the form of messages."""
    return (datetime.now(UTC) - timedelta(**period)).isoformat(timespec="milliseconds")


def rejected(offset: int, raw: bytes = b"{}", **changes: object) -> dict[str, Any]:
    """A row of table rejects, rejected a minute ago."""
    return {
        "feed": "press",
        "topic": "ioc.events.press.v1",
        "generation": 0,
        "partition": 1,
        "offset": offset,
        "reason": "malformed",
        "detail": "score: Input should be a valid number",
        "raw_base64": base64.b64encode(raw).decode(),
        "published_at": ago(minutes=1),
        "rejected_at": ago(minutes=1),
        **changes,
    }
