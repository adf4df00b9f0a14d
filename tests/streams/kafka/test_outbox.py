"""The outbox sends everything in order over a real broker, in any number of batches."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import faust
import pytest
from aiokafka.errors import KafkaError
from aiokafka.record.default_records import DefaultRecordBatch
from aiokafka.structs import RecordMetadata, TopicPartition
from kafka import KafkaAdminClient

from streams.kafka.outbox import Outbox
from streams.kafka.record_batch import RecordBatch
from streams.kafka.transport import Producer
from tests.e2e.ledger import records
from tests.sinks.processes import Broker

TOPIC = "ioc.outbox-test"
BATCH_BYTES = 10_000


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    broker = Broker(tmp_path_factory.mktemp("broker"))
    broker.start()
    address = f"127.0.0.1:{broker.port}"
    admin = KafkaAdminClient(bootstrap_servers=address)
    admin.create_topics({TOPIC: {"num_partitions": 1, "replication_factor": 1}})
    admin.close()
    yield address
    broker.end()


def app_over(address: str, folder: Path) -> faust.App:
    return faust.App(
        "outbox-test",
        broker=f"partitionbatch://{address}",
        producer_max_batch_size=BATCH_BYTES,
        store="memory://",
        datadir=folder,
    )


def test_order_keys_headers_and_deletions_arrive(address: str, tmp_path: Path) -> None:
    """A thousand records of 100 bytes and more make more than ten record batches of 10 kB."""

    async def send() -> None:
        app = app_over(address, tmp_path)
        await app.producer.start()
        outbox = Outbox(app)
        for n in range(1_000):
            value = None if n % 7 == 0 else b"%d" % n + b"." * 100
            outbox.put(TOPIC, 0, b"key-%d" % n, value, [("upto", b"%d" % n)])
        outbox.put(TOPIC, 0, b"large", b"!" * 5 * BATCH_BYTES, [])
        await outbox.confirmed()
        await outbox.confirmed()  # nothing is sent a second time
        await app.producer.stop()

    asyncio.run(send())
    *many, large = records(address, TOPIC)
    assert [record.key for record in many] == [b"key-%d" % n for n in range(1_000)]
    assert [int(dict(record.headers)["upto"]) for record in many] == list(range(1_000))
    assert [n for n, record in enumerate(many) if record.value is None] == list(range(0, 1_000, 7))
    assert many[1].value == b"1" + b"." * 100
    assert large.value == b"!" * 5 * BATCH_BYTES
    assert [record.offset for record in many] == list(range(1_000))


UNSTAMPED = RecordMetadata(TOPIC, 0, TopicPartition(TOPIC, 0), 0, -1, 0, None)


def test_what_is_not_stored_is_not_confirmed(tmp_path: Path) -> None:
    """After a failure nothing of the partition is sent any more: no gap is followed by a record."""

    class Deaf:
        """A producer whose second record batch fails."""

        def __init__(self) -> None:
            self.sent: list[list[bytes | None]] = []

        async def send_batch(
            self, batch: RecordBatch, topic: str, *, partition: int
        ) -> asyncio.Future[RecordMetadata]:
            assert (topic, partition) == (TOPIC, 0)
            self.sent.append([record.key for record in DefaultRecordBatch(bytes(batch._build()))])
            future: asyncio.Future[RecordMetadata] = asyncio.get_running_loop().create_future()
            if len(self.sent) == 2:
                future.set_exception(KafkaError("gone"))
            else:
                future.set_result(UNSTAMPED)
            return future

    async def send() -> Deaf:
        app = app_over("127.0.0.1:1", tmp_path)
        deaf = Deaf()
        cast("Producer", app.producer)._producer = deaf
        outbox = Outbox(app)
        for n in range(7):
            outbox.put(TOPIC, 0, b"%d" % n, b"." * (BATCH_BYTES // 3), [])
        with pytest.raises(KafkaError):
            await outbox.confirmed()
        return deaf

    assert asyncio.run(send()).sent == [[b"0", b"1"], [b"2", b"3"]]
