"""The log is read again while its broker is away: the worker waits, and says so."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from kafka import KafkaProducer

from contracts.settings import Settings, load_settings
from ioc.embedded.ports import free_port
from streams.kafka import waiting
from streams.kafka.log_reader import log_end, read_log
from streams.kafka.same_log import AnotherLogError
from tests.kafka.brokers import is_apache
from tests.sinks.processes import Broker

TOPIC, RECORDS = "again", 9
VALUES = [b"%d" % number for number in range(RECORDS)]


def fill(broker: Broker) -> None:
    producer = KafkaProducer(bootstrap_servers=broker.address)
    for value in VALUES:
        producer.send(TOPIC, value, partition=0).get()
    producer.close()


async def read(settings: Settings, first: int = 0) -> list[bytes | None]:
    return [
        value
        async for batch in read_log(settings, TOPIC, 0, first, RECORDS)
        for block in batch.blocks(4)
        for value in block.values
    ]


async def says_that_it_waits(
    caplog: pytest.LogCaptureFixture, work: "asyncio.Task[object]"
) -> None:
    while "does not answer" not in caplog.text:
        assert not work.done(), work.result()
        await asyncio.sleep(0.05)


@asynccontextmanager
async def passed_on(port: int, to: int) -> AsyncIterator[None]:
    """Connections to one port reach another: the broker answers where nobody did."""

    async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(1 << 16):
            writer.write(data)
        writer.close()

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, here = await asyncio.open_connection("127.0.0.1", to)
        await asyncio.gather(copy(reader, here), copy(there, writer))

    async with await asyncio.start_server(pass_on, "127.0.0.1", port):
        yield


def test_a_broker_that_is_away_is_waited_for(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes back with its records, then it is killed, and comes back as brokers do."""
    monkeypatch.setattr(waiting, "REMIND_S", 0.0)
    caplog.set_level(logging.WARNING, "streams")

    async def at_first(port: int) -> None:
        settings = load_settings(kafka_bootstrap=f"127.0.0.1:{port}")
        work = asyncio.create_task(read(settings, first=3))
        asked = asyncio.create_task(log_end(settings, TOPIC, 0))
        await says_that_it_waits(caplog, work)
        async with passed_on(port, broker.port):
            assert await work == VALUES[3:]
            assert await asked == RECORDS

    async def killed(settings: Settings) -> list[bytes | None]:
        broker.end()
        caplog.clear()
        work = asyncio.create_task(read(settings))
        await says_that_it_waits(caplog, work)
        broker.start()
        return await work

    with Broker(tmp_path) as broker:
        fill(broker)
        asyncio.run(at_first(free_port()))
        settings = load_settings(kafka_bootstrap=broker.address)
        if is_apache():
            assert asyncio.run(killed(settings)) == VALUES
        else:  # it forgets all
            with pytest.raises(AnotherLogError, match=f"ends at offset 0.*up to {RECORDS}"):
                asyncio.run(killed(settings))
