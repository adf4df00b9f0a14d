"""Fills the workers' changelogs again after a restart of a broker that keeps nothing on disk."""

import logging
from collections.abc import Iterator, Sequence
from typing import Any

from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError
from kafka import KafkaConsumer, KafkaProducer
from kafka.errors import KafkaError
from kafka.structs import TopicPartition

from contracts.errors import UnavailableError
from contracts.feed import Feed
from contracts.messages import UPTO_HEADER
from contracts.settings import Settings
from contracts.topics import changelog_topic
from sinks.client import address, brief, writer
from sinks.errors import RestoreError

log = logging.getLogger(__name__)

NEWEST = (
    "SELECT partition, key, value, upto FROM state FINAL "
    "WHERE table_topic = {topic:String} AND NOT deleted ORDER BY partition, key"
)
CONFIRM_S = 60
LARGEST_MESSAGE = 16 * 2**20

Entry = tuple[int, bytes, bytes, int]


def restore(settings: Settings, feeds: Sequence[Feed]) -> dict[str, int]:
    """Publish the newest value of each key to its partition of the changelog, bytes unchanged.

    The topics must exist and be empty. Gives the number of keys of each feed.

    Raises:
        RestoreError: a changelog is missing, holds messages, or has too few partitions.
        UnavailableError: Kafka or ClickHouse does not answer; restore into fresh topics again.
    """
    try:
        partitions = {feed.name: _empty_partitions(settings, feed) for feed in feeds}
        with writer(settings) as client:
            return {
                feed.name: _fill(client, settings, feed, partitions[feed.name]) for feed in feeds
            }
    except KafkaError as error:
        where = f"Kafka at {settings.kafka_bootstrap}"
        raise UnavailableError(f"{where} failed during the restore: {brief(error)}") from None
    except ClickHouseError as error:
        where = f"ClickHouse at {address(settings)}"
        raise UnavailableError(f"{where} failed during the restore: {brief(error)}") from None


def _empty_partitions(settings: Settings, feed: Feed) -> int:
    """The number of partitions of a feed's changelog. Raises RestoreError unless all are empty."""
    topic = changelog_topic(feed.name)
    consumer = KafkaConsumer(
        bootstrap_servers=settings.kafka_bootstrap.split(","),
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


def _fill(client: Client, settings: Settings, feed: Feed, partitions: int) -> int:
    topic = changelog_topic(feed.name)
    failures: list[BaseException] = []
    keys = 0
    producer = _producer(settings)
    try:
        for partition, key, value, upto in _newest(client, topic):
            if partition >= partitions:
                raise RestoreError(
                    f"the state of feed {feed.name} is kept for partition {partition}, but topic "
                    f"{topic} has {partitions}: set IOC_KAFKA_PARTITIONS to what it was"
                )
            headers = [(UPTO_HEADER, b"%d" % upto)]
            sent = producer.send(topic, value, key, headers, partition=partition)
            sent.add_errback(failures.append)
            keys += 1
        producer.flush(timeout=CONFIRM_S)
    finally:
        producer.close(timeout=CONFIRM_S)
    if failures:
        raise UnavailableError(
            f"Kafka at {settings.kafka_bootstrap} did not take {len(failures)} of {keys} keys of "
            f"{topic}: {brief(failures[0])}"
        )
    log.info("restored %d keys of %s", keys, topic)
    return keys


def _newest(client: Client, topic: str) -> Iterator[Entry]:
    stream = client.query_rows_stream(
        NEWEST, parameters={"topic": topic}, query_formats={"String": "bytes"}
    )
    with stream as rows:
        yield from rows


def _producer(settings: Settings) -> Any:
    return KafkaProducer(
        bootstrap_servers=settings.kafka_bootstrap.split(","),
        acks="all",
        linger_ms=50,
        batch_size=2**18,
        compression_type="gzip",  # the checksum, in pure Python, then covers a tenth of the bytes
        max_request_size=LARGEST_MESSAGE,
        metrics_enabled=False,
    )
