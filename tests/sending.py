"""Sends record batches to a broker as they are, whatever is in them."""

import asyncio
from collections.abc import Sequence

from aiokafka import AIOKafkaProducer

from streams.kafka.record_batch import RecordBatch


class _Raw(RecordBatch):
    """Bytes that aiokafka's sender takes for a batch of its own."""

    def __init__(self, raw: bytes, count: int) -> None:
        super().__init__(0)
        self._built = bytearray(raw)
        self._count = count


def send_raw(
    servers: str, topic: str, partition: int, batches: Sequence[tuple[bytes, int]]
) -> None:
    """Send batches, each with its number of records, one after the other."""

    async def send() -> None:
        async with AIOKafkaProducer(
            bootstrap_servers=servers, enable_idempotence=False
        ) as producer:
            for raw, count in batches:
                sent = await producer.send_batch(_Raw(raw, count), topic, partition=partition)
                await sent

    asyncio.run(send())
