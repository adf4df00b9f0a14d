"""The records taken from aiokafka's fetcher equal those of its own ``getmany``."""

import asyncio
import gc
import inspect
import pkgutil
import re
import weakref
from collections.abc import Iterator

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.consumer.fetcher import READ_UNCOMMITTED, PartitionRecords
from aiokafka.errors import CorruptRecordException
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.structs import ConsumerRecord
from kafka import KafkaAdminClient

from streams.kafka.batch import FetchedBatch, PartitionBatch, batch_of
from streams.kafka.internals import INTERNALS, BatchFetches, FetchedRecords, _batch, keep_bytes
from streams.kafka.record_batch import record_batches
from tests.sinks.processes import Broker

TOPIC = "ioc.events.press.v1"
PLACES = [TopicPartition(TOPIC, partition) for partition in range(2)]
RECORDS = 2_000
BATCH_BYTES = 20_000
BLOCK = 77


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    process = Broker(tmp_path_factory.mktemp("broker"))
    process.start()
    address = f"127.0.0.1:{process.port}"
    admin = KafkaAdminClient(bootstrap_servers=address)
    admin.create_topics({TOPIC: {"num_partitions": len(PLACES), "replication_factor": 1}})
    admin.close()
    asyncio.run(fill(address))
    yield address
    process.end()


PRIVATE = [(owner, name) for owner, names in INTERNALS.items() for name in names]


@pytest.mark.parametrize(("owner", "name"), PRIVATE)
def test_a_private_name_in_use_is_still_there(owner: str, name: str) -> None:
    """If a new version of a library lacks a name, the test's own name shows it."""
    held = pkgutil.resolve_name(owner)
    bases = held.__mro__ if inspect.isclass(held) else ()
    classes = [base for base in bases if base.__module__.startswith(("aiokafka", "faust"))]
    is_set = any(re.search(rf"self\.{name}(:.*)? = ", inspect.getsource(base)) for base in classes)
    assert is_set or hasattr(held, name)


async def fill(address: str) -> None:
    """Records of all shapes: with and without key, value and headers, in many record batches."""
    async with AIOKafkaProducer(bootstrap_servers=address, max_batch_size=BATCH_BYTES) as producer:
        for place in PLACES:
            batch = producer.create_batch()
            for n in range(RECORDS):
                key = None if n % 7 == 0 else b"%d" % (n % 5)
                value = None if n % 11 == 0 else b"v" * (n % 90)
                headers = [("replay", b"0/0/%d" % n)] if n % 13 == 0 else []
                fields = {"key": key, "value": value, "headers": headers, "timestamp": 10_000 + n}
                if batch.append(**fields) is None:
                    await producer.send_batch(batch, TOPIC, partition=place.partition)
                    batch = producer.create_batch()
                    assert batch.append(**fields) is not None
            await producer.send_batch(batch, TOPIC, partition=place.partition)


def consumer_of(servers: str) -> AIOKafkaConsumer:
    keep_bytes()
    return AIOKafkaConsumer(bootstrap_servers=servers, group_id=None, enable_auto_commit=False)


async def by_getmany(servers: str, first: int) -> dict[TopicPartition, list[ConsumerRecord]]:
    taken: dict[TopicPartition, list[ConsumerRecord]] = {place: [] for place in PLACES}
    async with consumer_of(servers) as consumer:
        consumer.assign(PLACES)
        for place in PLACES:
            consumer.seek(place, first)
        while any(len(records) < RECORDS - first for records in taken.values()):
            for place, records in (await consumer.getmany(timeout_ms=5_000)).items():
                taken[place] += records
    return taken


async def by_batches(servers: str, first: int) -> dict[TopicPartition, list[PartitionBatch]]:
    taken: dict[TopicPartition, list[PartitionBatch]] = {place: [] for place in PLACES}
    async with consumer_of(servers) as consumer:
        consumer.assign(PLACES)
        for place in PLACES:
            consumer.seek(place, first)
        fetches = BatchFetches(consumer, set(PLACES), lambda _: True)
        while any(sum(map(len, blocks)) < RECORDS - first for blocks in taken.values()):
            for place, batches in (await fetches.next(5.0, None)).items():
                for batch in batches:
                    taken[place] += blocks_of(batch)
        assert await consumer.position(PLACES[0]) == RECORDS
        assert await fetches.next(0.2, None) == {}
    return taken


def blocks_of(batch: FetchedBatch) -> list[PartitionBatch]:
    """A batch's records in blocks of a size unlike that of record batches, twice the same."""
    blocks = list(batch.blocks(BLOCK))
    assert columns(list(batch.blocks(BLOCK))) == columns(blocks)
    assert (blocks[0].first_offset, blocks[-1].last_offset) == (
        batch.first_offset,
        batch.last_offset,
    )
    assert batch.newest_ms == blocks[-1].timestamps[-1]
    half = (batch.first_offset + batch.last_offset) // 2
    (rest,) = batch.blocks(RECORDS, half)
    assert rest.offsets == range(half, batch.last_offset + 1)
    return blocks


def columns(batches: list[PartitionBatch]) -> list[list[object]]:
    parts = ("offsets", "timestamps", "keys", "values")
    return [[each for batch in batches for each in getattr(batch, part)] for part in parts]


@pytest.mark.parametrize("first", [0, 3, 1_234, RECORDS - 1])
def test_batches_hold_the_records_that_getmany_gives(servers: str, first: int) -> None:
    """From any offset: a fetch returns the whole record batch of the requested offset."""
    expected = asyncio.run(by_getmany(servers, first))
    found = asyncio.run(by_batches(servers, first))
    for place in PLACES:
        whole = batch_of(TOPIC, place.partition, expected[place])
        assert whole.offsets == range(first, RECORDS)
        assert columns(found[place]) == columns([whole])
        replayed = [batch.offsets[n] for batch in found[place] for n in batch.replays]
        assert replayed == [whole.offsets[n] for n in whole.replays]


def test_topics_that_are_not_batched_come_record_by_record(servers: str) -> None:
    async def take() -> list[ConsumerRecord]:
        async with consumer_of(servers) as consumer:
            consumer.assign(PLACES[:1])
            consumer.seek(PLACES[0], 0)
            fetches = BatchFetches(consumer, None, lambda _: False)
            return (await fetches.next(5.0, 10))[PLACES[0]]

    records = asyncio.run(take())
    assert [record.offset for record in records] == list(range(10))
    assert records[1].value == b"v"


def test_what_was_fetched_is_freed_without_a_collection() -> None:
    """A cycle would keep every fetch, megabytes each, until Python looks for cycles."""
    batch = DefaultRecordBatchBuilder(2, 0, 0, -1, -1, -1, BATCH_BYTES)
    batch.append(0, timestamp=10_000, key=b"148", value=b"v", headers=[])
    log = FetchedRecords(bytes(batch.build()))
    fetched = PartitionRecords(PLACES[0], log, None, 0, None, None, True, READ_UNCOMMITTED)
    freed = weakref.ref(fetched)
    gc.disable()
    try:
        found = _batch(PLACES[0], fetched)
        assert found is not None
        (block,) = found.blocks(BLOCK)
        assert (block.values, fetched.next_fetch_offset) == ([b"v"], 1)
        del fetched
        assert freed() is None
    finally:
        gc.enable()


def test_what_is_not_as_its_checksum_says_is_not_taken() -> None:
    batches = list(record_batches([(b"148", b"{}", [])] * 2, 10_000, 1))
    raw = bytearray().join(batch._build() for batch in batches)
    raw[-3] ^= 1
    fetched = PartitionRecords(
        PLACES[0], FetchedRecords(bytes(raw)), None, 0, None, None, True, READ_UNCOMMITTED
    )
    with pytest.raises(CorruptRecordException, match=f"{TOPIC}/0, offset 1: .* checksum"):
        _batch(PLACES[0], fetched)


def test_what_may_not_be_taken_stays_and_is_taken_soon_after_it_may(servers: str) -> None:
    """Nothing tells that there is room again, and no further fetch may ever end."""

    async def take() -> None:
        async with consumer_of(servers) as consumer:
            consumer.assign(PLACES[:1])
            consumer.seek(PLACES[0], 0)
            full = set(PLACES)
            fetches = BatchFetches(
                consumer, PLACES, lambda _: True, lambda place: place not in full
            )
            assert await fetches.next(1.0, None) == {}
            waiting = asyncio.create_task(fetches.next(60.0, None))
            await asyncio.sleep(0.1)  # in which it must not be taken
            assert not waiting.done()
            full.clear()
            # The fetches may wait a minute, so they must end long before.
            (batch,) = (await asyncio.wait_for(waiting, 45.0))[PLACES[0]]
            assert batch.first_offset == 0

    asyncio.run(take())
