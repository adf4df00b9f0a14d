"""A group's consumer on a real broker: while topics are paused, and when polled late."""

import itertools
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event

import pytest
from kafka import KafkaProducer

from contracts.settings import Settings
from sinks.consuming.route import Group
from sinks.consuming.source import Source
from tests.sinks.processes import Broker
from tests.waiting import until

TOPICS, PARTITIONS, MESSAGES = ("one", "two"), 2, 20_000
JOIN_S = 3.0
"""The time in which the embedded broker answers a member that joins a group."""


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    broker = Broker(tmp_path_factory.mktemp("broker"))
    broker.start()
    producer = KafkaProducer(bootstrap_servers=broker.address, linger_ms=50, batch_size=65_536)
    for number in range(MESSAGES):
        for topic in TOPICS:
            producer.send(topic, b"%d" % number, partition=number % PARTITIONS)
    producer.flush()
    producer.close()
    yield broker
    broker.end()


@contextmanager
def opened(settings: Settings, broker: Broker, name: str) -> Iterator[Source]:
    reach = settings.model_copy(update={"kafka_bootstrap": broker.address})
    source = Source(Group(name, fetch_wait_ms=200), TOPICS, reach, Event())
    assert source.open()
    try:
        yield source
    finally:
        source.close()


def test_a_topic_that_is_paused_by_turns_is_read_to_its_end(
    settings: Settings, broker: Broker
) -> None:
    """After a pause, the rest of the interrupted fetch comes first."""
    read = dict.fromkeys(TOPICS, 0)
    turns = itertools.cycle([(), ("one",)])
    with opened(settings, broker, "by-turns") as source:

        def is_all_read() -> bool:
            for records in source.poll(0.1, next(turns)):
                read[records[0].topic] += len(records)
            return all(count >= MESSAGES for count in read.values())

        until(is_all_read, "all is read", progress=lambda: sum(read.values()))
    assert read == dict.fromkeys(TOPICS, MESSAGES)


def test_a_group_is_joined_however_far_apart_the_polls_are(
    settings: Settings, broker: Broker
) -> None:
    """While ClickHouse is slow, the sink polls without waiting, and waits elsewhere."""
    read = 0
    with opened(settings, broker, "late") as source:
        for _ in range(5):
            read += sum(map(len, source.poll(0.0)))
            time.sleep(1.1 * JOIN_S)  # the time between the polls is what is tested
    assert read, "no poll gave a message"
