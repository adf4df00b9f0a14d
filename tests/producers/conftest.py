"""Fixtures: the province, its simulators, and a real broker that can be killed."""

import math
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import pytest
from kafka.admin import KafkaAdminClient, NewTopic
from kafka.errors import TopicAlreadyExistsError

from contracts.settings import Settings
from producers.calendar import ZONE
from producers.simulator import NATURAL, Planned, Simulator, World
from tests.e2e.ledger import records
from tests.sinks import processes

PARTITIONS = 4


def local_ms(*fields: int) -> int:
    """Milliseconds since 1970 of a local date and time, by the standard library's arithmetic."""
    when = datetime(*fields, tzinfo=ZONE)  # type: ignore[arg-type, misc]
    return round(when.timestamp() * 1000)


def drawn(simulator: Simulator, start_ms: int, end_ms: int, every: int = 1) -> list[Planned]:
    """All events of the slots (or of one slot in ``every``) that start in that time."""
    slot_s = simulator.slot_s
    starts = range(-(-start_ms // 1000 // slot_s) * slot_s, end_ms // 1000, slot_s * every)
    return [planned for start in starts for planned in simulator.events(start, NATURAL)]


def span_ms(simulator: Simulator, events: int) -> int:
    """The whole slots that about ``events`` events take at the mean rate."""
    slot_ms = simulator.slot_s * 1000
    wanted_ms = 1000 * events / (simulator.natural_rate + simulator.fixed_rate)
    return math.ceil(wanted_ms / slot_ms) * slot_ms


@pytest.fixture(scope="session")
def settings() -> Settings:
    return Settings(_env_file=None)


@pytest.fixture(scope="session")
def world(settings: Settings) -> World:
    return World.load(settings)


class Broker(processes.Broker):
    """The embedded broker. It forgets everything when it is killed."""

    def start(self, *topics: str) -> None:
        """Start, and create those topics."""
        super().start()
        self.create(*topics)

    def create(self, *topics: str) -> None:
        """Create topics, unless a client's question after them has already created them."""
        admin = KafkaAdminClient(bootstrap_servers=self.address)
        for topic in topics:
            with suppress(TopicAlreadyExistsError):
                admin.create_topics([NewTopic(topic, PARTITIONS, 1)])
        admin.close()

    def topics(self) -> set[str]:
        admin = KafkaAdminClient(bootstrap_servers=self.address)
        names = set(admin.list_topics())
        admin.close()
        return names

    def read(self, topic: str) -> list[list[bytes]]:
        """All values of a topic, partition by partition."""
        values: list[list[bytes]] = [[] for _ in range(PARTITIONS)]
        for record in records(self.address, topic):
            values[record.partition].append(record.value)
        return values


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    broker = Broker(tmp_path)
    yield broker
    broker.kill()
