"""Reads a range of a partition's log outside the consumer group."""

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
    """The true ends of partitions, given the ends that the broker lists.

    ``access`` holds aiokafka's keyword arguments. Tansu 0.6 lists the offset after the first record
    of the last batch as the latest. Fetching the last batch gives the high-water mark.
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
    """The ends of partitions, by fetching their last batches; leaves the consumer there."""
    for log, end in listed.items():
        consumer.seek(log, max(0, end - 1))
    for _ in range(FETCHES):
        await consumer.getmany(timeout_ms=round(POLL_S * 1000))
        if all(consumer.highwater(log) is not None for log in listed):
            break
    return {log: max(end, consumer.highwater(log) or 0) for log, end in listed.items()}


async def log_end(settings: Settings, topic: str, partition: int) -> int:
    """The end of a partition, asked of the broker now."""
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
    """Yield the records with ``first <= offset < end``, in batches.

    None stands for the log's beginning, and for its end at the time of the call. Records deleted by
    retention are skipped: the first batch then begins where the log does. Raises AnotherLogError if
    the log ends before ``end``.
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
            if end is None:  # the high-water mark, for the reason given in log_ends
                stop = end = max(listed, readable_end(consumer, log) or 0)
            for batch in fetched:
                if batch.first_offset < stop:
                    yield batch.until(stop - 1)
            if not fetched and await consumer.position(log) >= listed:
                return  # the rest of the range is no longer in the log
    finally:
        await consumer.stop()


def _reader(access: Mapping[str, Any]) -> AIOKafkaConsumer:
    keep_bytes()
    return AIOKafkaConsumer(
        **access, enable_auto_commit=False, group_id=None, isolation_level="read_committed"
    )
