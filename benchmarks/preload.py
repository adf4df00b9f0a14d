"""Fills topics with events as fast as a client can, before a measurement."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from aiokafka import AIOKafkaProducer
from aiokafka.partitioner import DefaultPartitioner

from contracts.settings import Settings
from producers.faults import Message

BATCH_BYTES = 900_000


class Record(NamedTuple):
    """A record with its partition; the time is in milliseconds since 1970."""

    partition: int
    timestamp: int
    key: bytes | None
    value: bytes
    headers: Sequence[tuple[str, bytes]] = ()


async def preload(settings: Settings, topic: str, messages: Iterable[Message]) -> int:
    """Publish messages, partitioned by their keys, with their own times; return their number."""
    return await fill(settings, topic, placed(settings.kafka_partitions, messages))


def placed(partitions: int, messages: Iterable[Message]) -> Iterator[Record]:
    """Messages as records, in the partitions that Kafka's clients choose for their keys."""
    partition_of = DefaultPartitioner()
    every = list(range(partitions))
    for publish_ms, key, value in messages:
        yield Record(partition_of(key, every, every), publish_ms, key, value)


async def fill(settings: Settings, topic: str, records: Iterable[Record]) -> int:
    """Publish records; return their number."""
    producer = AIOKafkaProducer(
        bootstrap_servers=settings.kafka_bootstrap,
        max_batch_size=BATCH_BYTES,
        max_request_size=2 * BATCH_BYTES,
    )
    await producer.start()
    try:
        return await _publish(producer, topic, records)
    finally:
        await producer.stop()


async def _publish(producer: AIOKafkaProducer, topic: str, records: Iterable[Record]) -> int:
    batches: dict[int, Any] = defaultdict(producer.create_batch)
    count = 0
    for partition, timestamp, key, value, headers in records:
        content = {"timestamp": timestamp, "key": key, "value": value, "headers": list(headers)}
        if batches[partition].append(**content) is None:
            await (await producer.send_batch(batches.pop(partition), topic, partition=partition))
            batches[partition].append(**content)
        count += 1
    for partition, batch in batches.items():
        await (await producer.send_batch(batch, topic, partition=partition))
    return count
