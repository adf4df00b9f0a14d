"""Reads and writes a worker's changelog from outside, for a restore or a rebuild."""

import logging
from collections.abc import Iterable
from typing import Any, NamedTuple

from kafka import KafkaConsumer, KafkaProducer
from kafka.structs import TopicPartition

from contracts.access.clients import kafka_options
from contracts.errors import UnavailableError
from contracts.feed import Feed
from contracts.messages import UPTO_HEADER
from contracts.settings import Settings
from contracts.topics import changelog_topic
from sinks.client import brief
from sinks.errors import RestoreError
from sinks.kafka_records import fault_of, read_any

log = logging.getLogger(__name__)

CONFIRM_S = 60
POLL_MS = 500
LARGEST_MESSAGE = 16 * 2**20


class Entry(NamedTuple):
    """A changelog record: a value of None deletes the key; ``upto`` is the position it includes."""

    partition: int
    key: bytes
    value: bytes | None
    upto: int


def write_entries(settings: Settings, feed: Feed, partitions: int, entries: Iterable[Entry]) -> int:
    """Publish entries to their partitions, bytes unchanged; return their number.

    Raises:
        RestoreError: an entry belongs to a partition that the changelog does not have.
        UnavailableError: Kafka did not accept all of them.
    """
    topic = changelog_topic(feed.name)
    failures: list[BaseException] = []
    count = 0
    producer = _producer(settings)
    try:
        for partition, key, value, upto in entries:
            if partition >= partitions:
                raise RestoreError(
                    f"the state of feed {feed.name} includes partition {partition}, but topic "
                    f"{topic} has {partitions}: set IOC_KAFKA_PARTITIONS to its earlier value"
                )
            headers = [(UPTO_HEADER, b"%d" % upto)]
            sent = producer.send(topic, value, key, headers, partition=partition)
            sent.add_errback(failures.append)
            count += 1
        producer.flush(timeout=CONFIRM_S)
    finally:
        producer.close(timeout=CONFIRM_S)
    if failures:
        raise UnavailableError(
            f"Kafka at {settings.kafka_bootstrap} did not take {len(failures)} of {count} keys of "
            f"{topic}: {brief(failures[0])}"
        )
    log.info("wrote %d keys of %s", count, topic)
    return count


def empty_partitions(settings: Settings, feed: Feed) -> int:
    """The number of partitions of a feed's changelog. Raises RestoreError unless all are empty."""
    topic = changelog_topic(feed.name)
    consumer = KafkaConsumer(
        **kafka_options(settings),
        allow_auto_create_topics=False,
        metrics_enabled=False,
    )
    try:
        places = [TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic)]
        if not places:
            raise RestoreError(
                f"topic {topic} does not exist: create the topics before the restore"
            )
        first, last = consumer.beginning_offsets(places), consumer.end_offsets(places)
    finally:
        consumer.close(autocommit=False)
    if any(last[place] > first[place] for place in places):
        raise RestoreError(
            f"topic {topic} holds messages already: a restore would put old values after new ones"
        )
    return len(places)


def held_entries(settings: Settings, feed: Feed) -> dict[tuple[int, bytes], int]:
    """(Partition, key) -> its greatest position among all records of a changelog.

    Raises RestoreError for a record that can't be read.
    """
    topic = changelog_topic(feed.name)
    read_any()
    consumer = KafkaConsumer(
        **kafka_options(settings),
        allow_auto_create_topics=False,
        enable_auto_commit=False,
        metrics_enabled=False,
    )
    held: dict[tuple[int, bytes], int] = {}
    try:
        places = [TopicPartition(topic, n) for n in consumer.partitions_for_topic(topic) or ()]
        listed = consumer.end_offsets(places)
        consumer.assign(places)
        consumer.seek_to_beginning(*places)
        while any(_is_before_end(consumer, place, listed[place]) for place in places):
            for records in consumer.poll(timeout_ms=POLL_MS).values():
                for record in records:
                    if (fault := fault_of(record.headers)) is not None:
                        place = f"{topic}[{record.partition}] offset {record.offset}"
                        raise RestoreError(f"{place} can't be read: {fault}")
                    where = (record.partition, record.key)
                    held[where] = max(held.get(where, 0), _upto(record.headers))
    finally:
        consumer.close(autocommit=False)
    return held


def _is_before_end(consumer: Any, place: TopicPartition, listed: int) -> bool:
    """Whether there is more to read. Tansu 0.6 lists too low an end; a fetch gives the true one."""
    return bool(consumer.position(place) < max(listed, consumer.highwater(place) or 0))


def _upto(headers: Iterable[tuple[str, bytes]]) -> int:
    return max((int(value) for name, value in headers if name == UPTO_HEADER), default=0)


def _producer(settings: Settings) -> Any:
    return KafkaProducer(
        **kafka_options(settings),
        acks="all",
        linger_ms=50,
        batch_size=2**18,
        compression_type="gzip",  # the checksum, in pure Python, then covers a tenth of the bytes
        max_request_size=LARGEST_MESSAGE,
        metrics_enabled=False,
    )
