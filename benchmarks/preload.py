"""Fills topics with events, as fast as a client can, before anything is measured."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.partitioner import DefaultPartitioner

from contracts.settings import Settings
from producers.faults import Message

BATCH_BYTES = 900_000


async def preload(settings: Settings, topic: str, messages: Iterable[Message]) -> int:
    """Publish messages, partitioned by their key, with their own times; give their number."""
    producer = AIOKafkaProducer(
        bootstrap_servers=settings.kafka_bootstrap,
        max_batch_size=BATCH_BYTES,
        max_request_size=2 * BATCH_BYTES,
    )
    await producer.start()
    try:
        return await _publish(producer, topic, settings.kafka_partitions, messages)
    finally:
        await producer.stop()


async def _publish(
    producer: AIOKafkaProducer, topic: str, partitions: int, messages: Iterable[Message]
) -> int:
    partition_of = DefaultPartitioner()
    every = list(range(partitions))
    batches: dict[int, Any] = defaultdict(producer.create_batch)
    count = 0
    for publish_ms, key, value in messages:
        partition = partition_of(key, every, every)
        if batches[partition].append(timestamp=publish_ms, key=key, value=value) is None:
            await (await producer.send_batch(batches.pop(partition), topic, partition=partition))
            batches[partition].append(timestamp=publish_ms, key=key, value=value)
        count += 1
    for partition, batch in batches.items():
        await (await producer.send_batch(batch, topic, partition=partition))
    return count
