"""The next broker has the records that clients published before the former one was shut."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from kafka import KafkaConsumer, KafkaProducer
from kafka.structs import TopicPartition

from contracts.feeds.press import PRESS
from contracts.settings import Settings, load_settings
from contracts.topics import events_topic
from ioc.embedded.beginning import Beginning
from ioc.embedded.ports import free_port
from ioc.embedded.service import COMMAND, Service, environment_of
from ioc.topics import apply as topics
from tests.waiting import until

TOPIC = events_topic(PRESS.name)
EVENTS = 50
HEADERS = [("source", b"\xff\x00"), ("empty", b"")]
Found = tuple[bytes, bytes, int, list[tuple[str, bytes]]]


class Place:
    """A broker as a supervisor has it, with whom ``meanwhile`` is called once it listens."""

    def __init__(self, folder: Path) -> None:
        self.settings = load_settings(
            data_dir=folder, kafka_bootstrap=f"127.0.0.1:{free_port()}", kafka_partitions=3
        )
        lock = os.open(folder / "lock", os.O_CREAT | os.O_RDWR)
        self.broker = Service("broker", [*COMMAND, "broker"], folder / "broker.log", lock)
        self.meanwhile: list[Callable[[], None]] = []

    def begin(self, settings: Settings) -> None:
        """Start the broker; returns when it listens and ``meanwhile`` is done."""
        self.broker.start(environment_of(settings))
        if self.meanwhile:
            host, _, port = settings.kafka_bootstrap.partition(":")
            self.broker.await_port(host, int(port))
            self.meanwhile.pop()()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    place = Place(tmp_path)
    yield place
    place.broker.stop(0.0)


def publish(settings: Settings) -> None:
    producer = KafkaProducer(bootstrap_servers=settings.kafka_bootstrap, linger_ms=20)
    for number in range(EVENTS):
        producer.send(
            TOPIC,
            b"%d" % number,
            b"%d" % (number % 5),
            headers=HEADERS,
            timestamp_ms=1_000 + number,
        )
    producer.flush()
    producer.close()


def records(settings: Settings) -> list[Found]:
    """Key, value, timestamp and headers of all records of the topic."""
    consumer = KafkaConsumer(bootstrap_servers=settings.kafka_bootstrap)
    consumer.assign([TopicPartition(TOPIC, number) for number in range(3)])
    consumer.seek_to_beginning()
    found: list[Found] = []

    def is_all() -> bool:
        for of_partition in consumer.poll(timeout_ms=100).values():
            found.extend((r.key, r.value, r.timestamp, list(r.headers)) for r in of_partition)
        return len(found) >= EVENTS

    until(is_all, "all records are there", progress=lambda: len(found))
    consumer.close()
    return found


def test_the_events_of_a_quicker_client_go_to_the_next_broker(place: Place) -> None:
    place.meanwhile.append(lambda: publish(place.settings))
    beginning = Beginning(place.broker, (PRESS,), print, lambda _: 0)
    settings = beginning.of_next(place.settings, place.begin)
    assert settings.generation == 2
    beginning.fill(settings)
    found = records(settings)
    assert sorted(int(value) for _, value, _, _ in found) == list(range(EVENTS))
    for key, value, timestamp, headers in found:
        assert (int(key), timestamp) == (int(value) % 5, 1_000 + int(value))
        assert headers == HEADERS
    (state,) = (state for state in topics.read(settings, (PRESS,)) if state.spec.name == TOPIC)
    assert not state.differing, "it is as it has to be, not as it sprang up"


def test_a_broker_that_nobody_was_quicker_at_is_kept(place: Place) -> None:
    beginning = Beginning(place.broker, (PRESS,), print, lambda _: 0)
    assert beginning.of_next(place.settings, place.begin).generation == 1
