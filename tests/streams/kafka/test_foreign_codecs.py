"""Worker and sink read librdkafka's batches of each of Kafka's codecs."""

import asyncio
from collections.abc import Iterator
from threading import Event

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from kafka import KafkaAdminClient

from contracts.settings import Settings, load_settings
from sinks.consuming.route import Group
from sinks.consuming.source import Source
from streams.kafka.internals import BatchFetches, keep_bytes
from streams.kafka.log_reader import read_log
from tests.foreign import CODECS, deliver, foreign_producer
from tests.sinks.processes import Broker
from tests.waiting import until

RECORDS = 500


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    process = Broker(tmp_path_factory.mktemp("broker"))
    process.start()
    admin = KafkaAdminClient(bootstrap_servers=process.address)
    admin.create_topics({codec: {"num_partitions": 1, "replication_factor": 1} for codec in CODECS})
    admin.close()
    for codec in CODECS:
        producer = foreign_producer(process.address, compression_type=codec)
        for value in values(codec):
            producer.produce(codec, value, b"148", headers=[("codec", codec.encode())])
        deliver(producer)
    yield load_settings(kafka_bootstrap=process.address)
    process.end()


def values(codec: str) -> list[bytes]:
    return [b"%s %d" % (codec.encode(), n) * 9 for n in range(RECORDS)]


@pytest.mark.parametrize("codec", CODECS)
def test_the_worker_s_fetches_read_it(settings: Settings, codec: str) -> None:
    async def read() -> tuple[list[bytes | None], set[int]]:
        keep_bytes()
        taken: list[bytes | None] = []
        codecs: set[int] = set()
        async with AIOKafkaConsumer(bootstrap_servers=settings.kafka_bootstrap) as consumer:
            log = TopicPartition(codec, 0)
            consumer.assign([log])
            consumer.seek(log, 0)
            fetches = BatchFetches(consumer, None, lambda _: True)
            while len(taken) < RECORDS:
                for batch in (await fetches.next(5.0, None)).get(log, []):
                    codecs.add(batch.raw[22] & 7)
                    for block in batch.blocks(77):
                        taken += block.values
        return taken, codecs

    taken, codecs = asyncio.run(read())
    assert taken == values(codec)
    assert codecs == {CODECS.index(codec)}, "the broker keeps no batch as it came"


@pytest.mark.parametrize("codec", CODECS)
def test_the_log_is_read_again(settings: Settings, codec: str) -> None:
    async def read() -> list[bytes | None]:
        return [
            value
            async for batch in read_log(settings, codec, 0, 3, RECORDS - 3)
            for block in batch.blocks(77)
            for value in block.values
        ]

    assert asyncio.run(read()) == values(codec)[3:-3]


@pytest.mark.parametrize("codec", CODECS)
def test_changelogs_come_record_by_record(settings: Settings, codec: str) -> None:
    """A topic may have a codec of its own; recovery leaves the parsing to aiokafka."""

    async def read() -> list[bytes]:
        keep_bytes()
        async with AIOKafkaConsumer(
            codec, bootstrap_servers=settings.kafka_bootstrap, auto_offset_reset="earliest"
        ) as consumer:
            return [(await consumer.getone()).value for _ in range(RECORDS)]

    assert asyncio.run(read()) == values(codec)


def test_the_sink_reads_all_of_them(settings: Settings) -> None:
    source = Source(Group("codecs", 200), CODECS, settings, Event())
    assert source.open()
    found: dict[str, list[bytes | None]] = {codec: [] for codec in CODECS}

    def is_read() -> bool:
        for records in source.poll(0.5):
            found[records[0].topic] += [record.value for record in records]
        return sum(map(len, found.values())) >= RECORDS * len(CODECS)

    try:
        until(is_read, "all codecs are read")
    finally:
        source.close()
    assert found == {codec: values(codec) for codec in CODECS}
