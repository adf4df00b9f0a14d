"""The publisher on the real broker: nothing it accepted is lost, whatever becomes of the broker."""

import asyncio
import logging
import time
from collections.abc import Callable
from itertools import chain
from threading import Event, Thread

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from contracts.errors import SettingError
from contracts.settings import Settings, load_settings
from contracts.topics import events_topic
from contracts.wire.batches import batch_end
from producers import publisher as publishing
from producers.faults import Message
from producers.publisher import Publisher
from streams.kafka.internals import BatchFetches, keep_bytes
from tests.producers.conftest import Broker
from tests.waiting import until

FEED = "traffic"
TOPIC = events_topic(FEED)
FLUSH_S = 300
"""Only a broker that does not answer at all takes this long."""


class Source:
    """Sends numbered messages, ten keys in turn; the number is also the publication time."""

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher
        self.count = 0

    def send(self, count: int) -> None:
        for number in range(self.count, self.count + count):
            key = str(148 + number % 10).encode()
            self._publisher.send(FEED, Message(number, key, str(number).encode()))
        self.count += count

    def trickle(self, enough: Callable[[], bool]) -> None:
        """Send 20 messages every 20 ms until it is enough."""

        def sent() -> bool:
            self.send(20)
            self._publisher.settle()
            return enough()

        until(sent, "it is enough")

    def trickle_for(self, seconds: float) -> None:
        """The same for ``seconds``, whether or not the messages arrive."""
        end_s = time.monotonic() + seconds
        self.trickle(lambda: time.monotonic() > end_s)


def settings_of(broker: Broker, rate: float | None = 1_000) -> Settings:
    return load_settings(kafka_bootstrap=broker.address, rate=rate)


def numbers(partitions: list[list[bytes]]) -> list[list[int]]:
    return [[int(value) for value in values] for values in partitions]


def test_all_arrive_in_the_order_of_their_key(broker: Broker) -> None:
    broker.start(TOPIC)
    publisher = Publisher(settings_of(broker), Event())
    Source(publisher).send(5_000)
    assert publisher.flush(FLUSH_S)
    assert publisher.pending == 0
    assert publisher.acknowledged == {FEED: 4_999}
    partitions = numbers(broker.read(TOPIC))
    publisher.close()
    assert sorted(chain.from_iterable(partitions)) == list(range(5_000))
    assert all(values == sorted(values) for values in partitions)


def test_a_broker_that_is_killed_and_forgets_all_costs_nothing_accepted(broker: Broker) -> None:
    broker.start(TOPIC)
    publisher = Publisher(settings_of(broker), Event())
    source = Source(publisher)
    source.trickle(lambda: publisher.acknowledged.get(FEED, 0) > 200)
    source.send(3_000)
    broker.kill()
    source.trickle(lambda: publisher._client is None)
    left = {int(message.value) for _, message in publisher._waiting}
    told = source.count
    # What the broker that is gone has acknowledged need not be a beginning: it has partitions.
    assert set(range(publisher.acknowledged[FEED] + 1)).isdisjoint(left)
    assert len(left) > 1_000
    broker.start()
    source.trickle_for(1.5)  # its topics are not there yet
    broker.create(TOPIC)
    source.trickle(lambda: publisher.acknowledged[FEED] > source.count // 2)
    assert publisher.flush(FLUSH_S)
    publisher.close()
    assert publisher.acknowledged[FEED] == source.count - 1
    arrived = set(chain.from_iterable(numbers(broker.read(TOPIC))))
    assert left | set(range(told, source.count)) <= arrived


def test_it_waits_for_broker_and_topic_with_a_line_now_and_then(
    broker: Broker, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "SAY_EVERY_S", 0.5)
    publisher = Publisher(settings_of(broker), Event())
    source = Source(publisher)
    with caplog.at_level(logging.WARNING):
        began_s = time.monotonic()
        source.trickle(lambda: caplog.text.count("does not answer") > 1)
        broker.start()
        source.trickle(lambda: caplog.text.count("has no topic") > 1)
        took_s = time.monotonic() - began_s
    lines = [record.getMessage() for record in caplog.records]
    assert any(f"Kafka at {broker.address} does not answer" in line for line in lines)
    assert any(f"has no topic {TOPIC} yet" in line for line in lines)
    assert len(lines) <= 2 + took_s / 0.5
    assert not any(record.exc_info for record in caplog.records)
    assert broker.topics() == set()  # it was not created with some number of partitions
    broker.create(TOPIC)
    assert publisher.flush(FLUSH_S)
    publisher.close()
    assert sorted(chain.from_iterable(numbers(broker.read(TOPIC)))) == list(range(source.count))


def test_a_full_outbox_holds_its_source_back_until_told_to_stop(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "MOST_PENDING", 100)
    stop = Event()
    publisher = Publisher(settings_of(broker), stop)
    source = Source(publisher)
    thread = Thread(target=source.send, args=(150,))
    thread.start()
    until(lambda: publisher.pending == 100, "the outbox is full")
    thread.join(1.0)  # time in which it must make no progress
    assert thread.is_alive()
    assert publisher.pending == 100
    stop.set()
    until(lambda: not thread.is_alive(), "the source is let go")
    assert not publisher.flush(0.1)


def test_an_address_without_a_port_is_named() -> None:
    publisher = Publisher(load_settings(kafka_bootstrap="broker"), Event())
    with pytest.raises(SettingError, match="IOC_KAFKA_BOOTSTRAP: 'broker'"):
        Source(publisher).send(1)


async def record_batches(broker: Broker, partition: int) -> list[int]:
    """The size of each record batch of a partition, in bytes."""
    log = TopicPartition(TOPIC, partition)
    keep_bytes()
    async with AIOKafkaConsumer(bootstrap_servers=broker.address) as consumer:
        consumer.assign([log])
        await consumer.seek_to_beginning(log)
        (batch,) = (await BatchFetches(consumer, None, lambda _: True).next(20, None))[log]
    sizes, place = [], 0
    while place < len(batch.raw):
        end = batch_end(batch.raw, place)
        sizes.append(end - place)
        place = end
    return sizes


def test_at_rest_events_of_a_moment_share_a_compressed_record_batch(broker: Broker) -> None:
    """Twenty events of 400 bytes, sent one by one: a batch for each would be twenty."""
    broker.start(TOPIC)
    publisher = Publisher(settings_of(broker, rate=None), Event())
    for number in range(20):
        publisher.send(FEED, Message(number, b"148", b"%400d" % number))
        publisher.settle()
    assert publisher.flush(FLUSH_S)
    publisher.close()
    partition = next(n for n, values in enumerate(broker.read(TOPIC)) if values)
    sizes = asyncio.run(record_batches(broker, partition))
    assert len(sizes) <= 2  # the client's first look at the topic may part them
    assert sum(sizes) < 20 * 400 / 4
