"""The backup of docs/operations.md: its own statements, over the deployed configuration."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from signal import SIGTERM

import pytest
from kafka import KafkaConsumer
from kafka.admin import KafkaAdminClient
from kafka.errors import NoError
from kafka.structs import OffsetAndMetadata

from contracts.feeds.traffic import TRAFFIC
from contracts.registry import FEEDS
from contracts.settings import Settings, load_settings
from contracts.topics import accepted_topic
from sinks.client import writer
from sinks.consuming.routes import routes
from tests.contracts.samples import SAMPLES
from tests.deploy.engine import ConfiguredEngine
from tests.deploy.files import ROOT
from tests.sinks.audit.world import World
from tests.sinks.messages import detection
from tests.sinks.processes import Broker, Endpoint
from tests.sinks.stack import Stack, make_schema

ACCEPTED = accepted_topic("traffic")
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
        endpoint.end(SIGTERM)
        behind.rename(engine.data)


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
        make_schema(client, settings, FEEDS)
        world = World(client)
        for feed, kind in SAMPLES:
            world.event(feed, kind, "03:00:00")
        for each in FEEDS:
            world.pane(each.name, "03:00", {"events": 1}, {"bins": {61: 1}}, {"ids": ["a", "b"]})
            world.reject(each.name)
            world.progress(each.name)
    return engine


def restored_elsewhere(lost: ConfiguredEngine, folder: Path) -> ConfiguredEngine:
    """Another server, to which the backup was brought before it was restored."""
    other = ConfiguredEngine(folder)
    other.data.mkdir()
    (lost.data / "backups").rename(other.data / "backups")
    (answer,) = other.run([documented("RESTORE")])
    assert "RESTORED" in answer
    return other


def test_what_was_backed_up_comes_back(filled: ConfiguredEngine, tmp_path: Path) -> None:
    before = held(filled)
    assert before["panes"].startswith(f"{len(FEEDS)}\t")
    assert before["rejects"].startswith(f"{len(FEEDS)}\t")
    (backed_up,) = filled.run([documented("BACKUP")])
    assert "BACKUP_CREATED" in backed_up

    other = restored_elsewhere(filled, tmp_path / "other")
    assert held(other) == before
    with served(other) as settings, writer(settings) as client:
        assert make_schema(client, settings, FEEDS) == []


def test_the_users_of_the_pipeline_can_not_take_it(
    filled: ConfiguredEngine, tmp_path: Path
) -> None:
    """None has a right beyond its database: the documentation asks for an administrator."""
    owner = ConfiguredEngine(tmp_path / "owner", "ioc_owner")
    filled.data.rename(owner.data)
    statements = [documented("BACKUP"), documented("RESTORE")]
    assert set(owner.refused(statements)) == set(statements)


@contextmanager
def sinking(settings: Settings, broker: Broker) -> Iterator[Stack]:
    """A sink between the broker and ClickHouse, not started yet."""
    changes = {
        "kafka_bootstrap": f"127.0.0.1:{broker.port}",
        "kafka_partitions": 2,
        "kafka_session_timeout_s": 1.5,
        "sink_batch_s": 0.2,
    }
    with writer(settings) as client:
        stack = Stack(settings.model_copy(update=changes), client, broker)
        try:
            yield stack
        finally:
            stack.close()


def put_back(stack: Stack, moment_ms: int) -> None:
    """Let the sink reread everything sent since then."""
    bootstrap = stack.settings.kafka_bootstrap
    admin, consumer = (
        KafkaAdminClient(bootstrap_servers=bootstrap),
        KafkaConsumer(bootstrap_servers=bootstrap),
    )
    for group in {route.group.id for route in routes(stack.settings, (TRAFFIC,))}:
        held = admin.list_group_offsets({group: None})[group]
        since = consumer.offsets_for_times(dict.fromkeys(held, moment_ms))
        earlier = {
            log: OffsetAndMetadata(at.offset, "", -1) for log, at in since.items() if at is not None
        }
        if earlier:
            assert set(admin.alter_group_offsets(group, earlier).values()) == {NoError}
    admin.close()
    consumer.close()


def test_what_came_in_since_the_backup_comes_from_kafka_again(tmp_path: Path) -> None:
    broker = Broker(tmp_path)
    broker.start()
    lost = ConfiguredEngine(tmp_path / "lost")
    try:
        with served(lost) as settings, sinking(settings, broker) as stack:
            make_schema(stack.client, stack.settings)
            stack.create_topics()
            stack.send_rows(ACCEPTED, [detection(n) for n in range(50)])
            stack.flush()
            stack.start_sink()
            stack.wait_rows("events_traffic", 50)
        moment_ms = int(time.time() * 1000)
        lost.run([documented("BACKUP")])
        with served(lost) as settings, sinking(settings, broker) as stack:
            stack.send_rows(ACCEPTED, [detection(n) for n in range(50, 80)])
            stack.flush()
            stack.start_sink()
            stack.wait_rows("events_traffic", 80)

        restored = restored_elsewhere(lost, tmp_path / "restored")
        with served(restored) as settings, sinking(settings, broker) as stack:
            assert stack.count("events_traffic") == 50
            put_back(stack, moment_ms)
            stack.start_sink()
            stack.wait_rows("events_traffic", 80)
    finally:
        broker.end()
