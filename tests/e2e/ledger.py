"""Reads what was published, and what became of it, without any code of workers and sinks."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import clickhouse_connect
from clickhouse_connect.driver.client import Client
from kafka import KafkaConsumer, TopicPartition

from contracts.writer_password import own_password

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
    consumer = KafkaConsumer(
        bootstrap_servers=environment["IOC_KAFKA_BOOTSTRAP"],
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        consumer_timeout_ms=1500,
    )
    try:
        topic = f"ioc.events.{feed}.v1"
        logs = [TopicPartition(topic, n) for n in consumer.partitions_for_topic(topic)]
        consumer.assign(logs)
        consumer.seek_to_beginning(*logs)
        filled = [log for log, end in consumer.end_offsets(logs).items() if end]
        found: set[Place] = set()
        while True:
            found.update((message.partition, message.offset) for message in consumer)
            # A busy machine may pause for longer than the timeout: only the log's end is the end.
            if all(consumer.position(log) == consumer.highwater(log) for log in filled):
                return found
    finally:
        consumer.close()


def places(client: Client, sql: str) -> list[Place]:
    return [(int(partition), int(offset)) for partition, offset in rows(client, sql)]
