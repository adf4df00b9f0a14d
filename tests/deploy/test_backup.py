"""The backup of docs/operations.md: its own statements, over the deployed configuration."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from contracts.registry import FEEDS
from contracts.settings import Settings, load_settings
from contracts.units import load_agencies, load_cameras, load_units
from sinks.client import writer
from sinks.migrate import apply
from tests.contracts.samples import SAMPLES
from tests.deploy.engine import ConfiguredEngine
from tests.deploy.files import ROOT
from tests.sinks.audit.world import World
from tests.sinks.processes import Endpoint

SUMS = (
    "SELECT name FROM system.tables WHERE database = 'ioc' AND engine LIKE '%MergeTree'"
    " ORDER BY name"
)


def documented(verb: str) -> str:
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    (statement,) = re.findall(rf"^{verb} DATABASE .*$", text, re.MULTILINE)
    return str(statement)


@contextmanager
def served(engine: ConfiguredEngine) -> Iterator[Settings]:
    """The engine's data behind the endpoint, as processes of the pipeline see it."""
    behind = engine.data.parent / "clickhouse"
    if engine.data.exists():
        engine.data.rename(behind)
    endpoint = Endpoint(engine.data.parent)
    endpoint.start()
    try:
        yield load_settings(clickhouse_port=endpoint.port, clickhouse_password="w-secret")
    finally:
        endpoint.end()
        behind.rename(engine.data)


def apply_to(client: Any, settings: Settings) -> list[str]:
    units = load_units(settings.units_file)
    cameras = load_cameras(settings.cameras_file, units)
    return apply(client, settings, FEEDS, units, load_agencies(settings.agencies_file), cameras)


def held(engine: ConfiguredEngine) -> dict[str, str]:
    """Table -> how many rows it holds, and a sum over all their values."""
    tables = engine.run([SUMS])[0].split("\n")
    asked = [f"SELECT count(), sum(cityHash64(*)) FROM ioc.{table}" for table in tables]
    return dict(zip(tables, engine.run(asked), strict=True))


@pytest.fixture
def filled(tmp_path: Path) -> ConfiguredEngine:
    """All tables, rows of every kind of event, a pane, a reject and a position of each feed."""
    engine = ConfiguredEngine(tmp_path / "filled")
    with served(engine) as settings, writer(settings) as client:
        apply_to(client, settings)
        world = World(client)
        for feed, kind in SAMPLES:
            world.event(feed, kind, "03:00:00")
        for each in FEEDS:
            world.pane(each.name, "03:00", {"events": 1}, {"bins": {61: 1}}, {"ids": ["a", "b"]})
            world.reject(each.name)
            world.progress(each.name)
    return engine


def test_what_was_backed_up_comes_back(filled: ConfiguredEngine, tmp_path: Path) -> None:
    before = held(filled)
    assert before["panes"].startswith(f"{len(FEEDS)}\t")
    assert before["rejects"].startswith(f"{len(FEEDS)}\t")
    (backed_up,) = filled.run([documented("BACKUP")])
    assert "BACKUP_CREATED" in backed_up

    other = ConfiguredEngine(tmp_path / "other")
    (filled.data / "backups").rename(other.data.parent / "backups")
    other.data.mkdir()
    (other.data.parent / "backups").rename(other.data / "backups")
    (restored,) = other.run([documented("RESTORE")])
    assert "RESTORED" in restored
    assert held(other) == before
    with served(other) as settings, writer(settings) as client:
        assert apply_to(client, settings) == []


def test_the_users_of_the_pipeline_can_not_take_it(
    filled: ConfiguredEngine, tmp_path: Path
) -> None:
    """None has a right beyond its database: the documentation asks for an administrator."""
    owner = ConfiguredEngine(tmp_path / "owner", "ioc_owner")
    filled.data.rename(owner.data)
    statements = [documented("BACKUP"), documented("RESTORE")]
    assert set(owner.refused(statements)) == set(statements)
