"""Reads a stretch of a partition's log again, apart from the consumer group."""

from collections.abc import AsyncIterator

from aiokafka import AIOKafkaConsumer, TopicPartition

from contracts.settings import Settings
from streams.batch import PartitionBatch, batch_of

POLL_MS = 1_000
MAX_RECORDS = 10_000


async def read_log(
    settings: Settings, topic: str, partition: int, first: int | None, end: int | None
) -> AsyncIterator[PartitionBatch]:
    """Yield the records with ``first <= offset < end``, in batches.

    None stands for where the log begins, and for where it ends at the time of the call. What
    retention has deleted in between is passed over.
    """
    log = TopicPartition(topic, partition)
    consumer = AIOKafkaConsumer(
        bootstrap_servers=settings.kafka_bootstrap, enable_auto_commit=False, group_id=None
    )
    await consumer.start()
    try:
        consumer.assign([log])
        begin = (await consumer.beginning_offsets([log]))[log]
        stop = (await consumer.end_offsets([log]))[log]
        if end is not None:
            stop = min(stop, end)
        consumer.seek(log, max(begin, first or 0))
        while await consumer.position(log) < stop:
            fetched = await consumer.getmany(log, timeout_ms=POLL_MS, max_records=MAX_RECORDS)
            records = [record for record in fetched.get(log, ()) if record.offset < stop]
            if records:
                yield batch_of(topic, partition, records)
    finally:
        await consumer.stop()
