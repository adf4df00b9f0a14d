"""The rights of each deployed user, as the engine itself tells them."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from clickhouse_connect.driver.client import Client

from contracts.registry import FEEDS
from contracts.settings import Settings, load_settings
from sinks.client import writer
from tests.deploy.engine import ConfiguredEngine
from tests.deploy.test_clickhouse import OWNER
from tests.sinks.processes import Endpoint
from tests.sinks.stack import make_schema

WRITER, READER = "ioc_writer", "ioc_reader"
DATABASE = "ioc"
INSERT = "INSERT INTO ioc.operations SELECT * FROM ioc.operations"
CHANGES = (
    "CREATE TABLE ioc.other (x Int64) ENGINE = MergeTree ORDER BY x",
    "ALTER TABLE ioc.panes ADD COLUMN x Int64",
    "ALTER TABLE ioc.panes DELETE WHERE 1",
    "DELETE FROM ioc.panes WHERE 1",
    "TRUNCATE TABLE ioc.panes",
    "DROP TABLE ioc.panes",
    "DROP DATABASE ioc",
)
BEYOND = (
    "SELECT * FROM file('/etc/hostname', 'LineAsString')",
    "SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')",
    "SELECT * FROM remote('127.0.0.1:1', system.one)",
    "SELECT * FROM elsewhere.t",
    "BACKUP DATABASE ioc TO File('ioc.zip')",
    "CREATE USER x",
    "GRANT SELECT ON ioc.* TO default",
    "SYSTEM SHUTDOWN",
)


class Recording:
    """Has everything done by a client, and keeps the statements that define or insert."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.statements: list[str] = []

    def command(self, sql: str, **options: Any) -> Any:
        if not options.get("parameters"):
            self.statements.append(sql)
        return self._client.command(sql, **options)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The statements of a first ``ioc schema apply``."""
    endpoint = Endpoint(tmp_path_factory.mktemp("endpoint"))
    endpoint.start()
    try:
        settings = load_settings(clickhouse_port=endpoint.port, clickhouse_password="w-secret")
        assert settings.clickhouse_database == DATABASE
        with writer(settings) as client:
            return _applied(client, settings)
    finally:
        endpoint.end()


def _applied(client: Client, settings: Settings) -> list[str]:
    recording: Any = Recording(client)
    make_schema(recording, settings, FEEDS)
    statements: list[str] = recording.statements
    return statements


@pytest.fixture(scope="module")
def made(schema: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data with all tables, and with a database that is not the pipeline's."""
    engine = ConfiguredEngine(tmp_path_factory.mktemp("engine") / "made")
    answers = engine.run(
        [
            "CREATE DATABASE elsewhere",
            "CREATE TABLE elsewhere.t (x Int64) ENGINE = MergeTree ORDER BY x",
            schema[0],
            f"USE {DATABASE}",
            *schema[1:],
        ]
    )
    assert not any(answer.startswith("error") for answer in answers)
    return engine.data


def _asked_as(user: str, made: Path, folder: Path) -> ConfiguredEngine:
    engine = ConfiguredEngine(folder / "user", user)
    shutil.copytree(made, engine.data, symlinks=True)
    return engine


def test_the_owner_may_run_every_statement_of_the_schema(schema: list[str], tmp_path: Path) -> None:
    assert len(schema) > 40
    engine = ConfiguredEngine(tmp_path / "owner", OWNER)
    answers = engine.run([schema[0], f"USE {DATABASE}", *schema[1:]])
    assert [answer for answer in answers if answer.startswith("error")] == []
    tables = engine.run([f"SHOW TABLES FROM {DATABASE}"])[0].split("\n")
    assert {"panes", "rejects", "events_press"} <= set(tables)


def test_the_owner_does_not_reach_out_of_its_database(made: Path, tmp_path: Path) -> None:
    assert set(_asked_as(OWNER, made, tmp_path).refused(BEYOND)) == set(BEYOND)


@pytest.mark.parametrize(("user", "more", "less"), [(WRITER, [INSERT], []), (READER, [], [INSERT])])
def test_writer_and_reader_change_nothing_and_do_not_reach_out(
    made: Path, tmp_path: Path, user: str, more: list[str], less: list[str]
) -> None:
    allowed = ["SELECT count() FROM ioc.panes", *more]
    forbidden = [*CHANGES, *less, *BEYOND]
    refused = _asked_as(user, made, tmp_path).refused([*allowed, *forbidden])
    assert set(refused) == set(forbidden)
