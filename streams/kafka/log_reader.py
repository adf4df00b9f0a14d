"""Reads a range of a partition's log outside the consumer group."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from faust.types import TP

from contracts.settings import Settings
from streams.kafka.access import aiokafka_options
from streams.kafka.batch import FetchedBatch
from streams.kafka.internals import BatchFetches, keep_bytes, readable_end
from streams.kafka.same_log import shorter_log
from streams.kafka.waiting import Waiting

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
    waiting = Waiting(access, "the ends of logs")
    while True:
        try:
            async with _started(access) as consumer:
                consumer.assign(list(filled))
                ends = await _ends(consumer, {log: listed[tp] for log, tp in filled.items()})
        except KafkaError as error:
            await waiting.after(error)
        else:
            return {**listed, **{tp: ends[log] for log, tp in filled.items()}}


async def _ends(
    consumer: AIOKafkaConsumer, listed: Mapping[TopicPartition, int], begin: int = 0
) -> dict[TopicPartition, int]:
    """The ends of partitions, by fetching their last batches; leaves the consumer there.

    ``begin`` is the first offset, if it is known.
    """
    for log, end in listed.items():
        consumer.seek(log, max(begin, end - 1))
    for _ in range(FETCHES):
        await consumer.getmany(timeout_ms=round(POLL_S * 1000))
        if all(consumer.highwater(log) is not None for log in listed):
            break
    return {log: max(end, consumer.highwater(log) or 0) for log, end in listed.items()}


async def log_end(settings: Settings, topic: str, partition: int) -> int:
    """The end of a partition, asked of the broker now, or as soon as it answers."""
    tp = TP(topic, partition)
    log, access = TopicPartition(topic, partition), aiokafka_options(settings)
    waiting = Waiting(access, f"{topic}/{partition}")
    while True:
        try:
            async with _started(access) as consumer:
                listed = (await consumer.end_offsets([log]))[log]
        except KafkaError as error:
            await waiting.after(error)
        else:
            return (await log_ends(access, {tp: listed}))[tp]


async def read_log(
    settings: Settings, topic: str, partition: int, first: int | None, end: int | None
) -> AsyncIterator[FetchedBatch]:
    """Yield the records with ``first <= offset < end``, in batches.

    None stands for the log's beginning, and for its end at the time of the call. Records deleted by
    retention are skipped: the first batch then begins where the log does. While the broker does not
    answer, it waits, and then continues. Raises AnotherLogError if the log ends before ``end``.
    """
    waiting = Waiting(aiokafka_options(settings), f"{topic}/{partition}")
    while True:
        try:
            async for batch in _read_log(settings, topic, partition, first, end):
                yield batch
                first = batch.last_offset + 1
        except KafkaError as error:
            await waiting.after(error)
        else:
            return


async def _read_log(
    settings: Settings, topic: str, partition: int, first: int | None, end: int | None
) -> AsyncIterator[FetchedBatch]:
    """As ``read_log``, over one connection. Raises KafkaError."""
    log = TopicPartition(topic, partition)
    # Offsets that are deleted meanwhile are an error: from the log's end on, it would miss others.
    async with _started(aiokafka_options(settings), auto_offset_reset="none") as consumer:
        consumer.assign([log])
        begin = (await consumer.beginning_offsets([log]))[log]
        listed = (await consumer.end_offsets([log]))[log]
        if end is not None and listed < end:
            listed = (await _ends(consumer, {log: listed}, begin))[log]
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


@asynccontextmanager
async def _started(access: Mapping[str, Any], **more: Any) -> AsyncIterator[AIOKafkaConsumer]:
    """A consumer outside any group. Raises KafkaError if no broker answers."""
    keep_bytes()
    consumer = AIOKafkaConsumer(
        **access,
        enable_auto_commit=False,
        group_id=None,
        isolation_level="read_committed",
        **more,
    )
    try:
        await consumer.start()
        yield consumer
    finally:
        await consumer.stop()
