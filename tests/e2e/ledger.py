"""Reads the published events and their outcomes, without any code of workers and sinks."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import clickhouse_connect
from clickhouse_connect.driver.client import Client
from kafka import KafkaConsumer, TopicPartition

from contracts.access.writer_password import own_password
from tests.kafka.brokers import is_apache

POLL_MS = 500

Place = tuple[int, int]
"""Partition and offset."""

WRITER = "ioc_writer"


def client_of(
    environment: dict[str, str], user: str = "ioc_reader", database: str = "ioc"
) -> Client:
    return clickhouse_connect.get_client(
        host="127.0.0.1",
        port=int(environment["IOC_CLICKHOUSE_PORT"]),
        username=user,
        password=own_password(Path(environment["IOC_DATA_DIR"])) if user == WRITER else "",
        database=database,
    )


def rows(client: Client, sql: str) -> Sequence[Sequence[Any]]:
    return client.query(sql).result_rows


def published(environment: dict[str, str], feed: str) -> set[Place]:
    """Every place of a feed's topic that holds a message, found by reading them all."""
    found = records(environment["IOC_KAFKA_BOOTSTRAP"], f"ioc.events.{feed}.v1")
    return {(record.partition, record.offset) for record in found}


def records(bootstrap: str, topic: str) -> list[Any]:
    """All messages of a topic, those of a partition in order."""
    consumer = KafkaConsumer(
        bootstrap_servers=bootstrap.split(","),
        enable_auto_commit=False,
        # What a transaction has aborted was never published. Tansu knows none.
        isolation_level="read_committed" if is_apache() else "read_uncommitted",
    )
    try:
        logs = [TopicPartition(topic, n) for n in consumer.partitions_for_topic(topic)]
        consumer.assign(logs)
        consumer.seek_to_beginning(*logs)
        filled = [log for log, end in consumer.end_offsets(logs).items() if end]
        found: list[Any] = []
        # A busy machine may pause, and Tansu 0.6 lists a wrong end: only a fetch is right.
        while any(consumer.position(log) != consumer.highwater(log) for log in filled):
            for fetched in consumer.poll(POLL_MS).values():
                found += fetched
        return found
    finally:
        consumer.close()


def places(client: Client, sql: str) -> list[Place]:
    return [(int(partition), int(offset)) for partition, offset in rows(client, sql)]
