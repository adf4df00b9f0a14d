"""Reads a stretch of a partition's log again, apart from the consumer group."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from faust.types import TP

from contracts.settings import Settings
from streams.kafka.access import aiokafka_options
from streams.kafka.batch import FetchedBatch
from streams.kafka.internals import BatchFetches, keep_bytes, readable_end
from streams.kafka.same_log import shorter_log

POLL_S = 1.0
FETCHES = 20


async def log_ends(access: Mapping[str, Any], listed: Mapping[TP, int]) -> dict[TP, int]:
    """Where partitions end, given where the broker lists that they do, and the way to it.

    Tansu 0.6 lists as the latest offset the one after the first record of the last batch, so the
    last batch is fetched, which tells the high-water mark.
    """
    filled = {TopicPartition(tp.topic, tp.partition): tp for tp, end in listed.items() if end > 0}
    if not filled:
        return dict(listed)
    consumer = _reader(access)
    await consumer.start()
    try:
        consumer.assign(list(filled))
        ends = await _ends(consumer, {log: listed[tp] for log, tp in filled.items()})
    finally:
        await consumer.stop()
    return {**listed, **{tp: ends[log] for log, tp in filled.items()}}


async def _ends(
    consumer: AIOKafkaConsumer, listed: Mapping[TopicPartition, int]
) -> dict[TopicPartition, int]:
    """Where partitions end, by a fetch of their last batches; it leaves the consumer there."""
    for log, end in listed.items():
        consumer.seek(log, max(0, end - 1))
    for _ in range(FETCHES):
        await consumer.getmany(timeout_ms=round(POLL_S * 1000))
        if all(consumer.highwater(log) is not None for log in listed):
            break
    return {log: max(end, consumer.highwater(log) or 0) for log, end in listed.items()}


async def log_end(settings: Settings, topic: str, partition: int) -> int:
    """Where a partition ends, asked of the broker now."""
    tp = TP(topic, partition)
    log, access = TopicPartition(topic, partition), aiokafka_options(settings)
    consumer = _reader(access)
    await consumer.start()
    try:
        listed = (await consumer.end_offsets([log]))[log]
    finally:
        await consumer.stop()
    return (await log_ends(access, {tp: listed}))[tp]


async def read_log(
    settings: Settings, topic: str, partition: int, first: int | None, end: int | None
) -> AsyncIterator[FetchedBatch]:
    """Yield what has ``first <= offset < end``, in batches.

    None stands for where the log begins, and for where it ends at the time of the call. What
    retention has deleted is passed over: a batch begins where the log does. Raises AnotherLogError
    where the log ends before the ``end`` that the caller knows it to have had.
    """
    log = TopicPartition(topic, partition)
    consumer = _reader(aiokafka_options(settings))
    await consumer.start()
    try:
        consumer.assign([log])
        begin = (await consumer.beginning_offsets([log]))[log]
        listed = (await consumer.end_offsets([log]))[log]
        if end is not None and listed < end:
            listed = (await _ends(consumer, {log: listed}))[log]
            if listed < end:
                raise shorter_log(settings, f"{topic}/{partition}", listed, end)
        consumer.seek(log, max(begin, first or 0))
        fetches = BatchFetches(consumer, None, lambda _: True)
        stop = listed if end is None else end
        while await consumer.position(log) < stop:
            fetched = (await fetches.next(POLL_S, None)).get(log, ())
            if end is None:  # the high-water mark, for the reason that log_ends gives
                stop = end = max(listed, readable_end(consumer, log) or 0)
            for batch in fetched:
                if batch.first_offset < stop:
                    yield batch.until(stop - 1)
            if not fetched and await consumer.position(log) >= listed:
                return  # what was asked for is not in the log any more
    finally:
        await consumer.stop()


def _reader(access: Mapping[str, Any]) -> AIOKafkaConsumer:
    keep_bytes()
    return AIOKafkaConsumer(
        **access, enable_auto_commit=False, group_id=None, isolation_level="read_committed"
    )
