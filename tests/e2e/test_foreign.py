"""Records of foreign producers, through the whole chain on the embedded broker."""

import gzip
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import orjson
import pytest
from clickhouse_connect.driver.client import Client

from contracts.wire.codecs import MOST_BYTES
from tests.contracts.samples import SAMPLES
from tests.e2e.ledger import client_of, rows
from tests.e2e.parts import parts_of
from tests.e2e.running import Part, ioc_environment, run_ioc
from tests.foreign import CODECS, deliver, foreign_producer
from tests.fuzz import wire
from tests.kafka.brokers import is_apache
from tests.sending import send_raw
from tests.waiting import until

TOPIC = "ioc.events.press.v1"
REFUSED = "SELECT offset, reason, detail, length(raw) FROM rejects FINAL ORDER BY offset"

pytestmark = pytest.mark.skipif(is_apache(), reason="Apache Kafka itself refuses what is garbled")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return ioc_environment(tmp_path, IOC_FEEDS="press", IOC_KAFKA_PARTITIONS="1")


@pytest.fixture
def parts(environment: dict[str, str]) -> Iterator[dict[str, Part]]:
    with parts_of(environment, ()) as started:
        yield started


@pytest.fixture
def reader(environment: dict[str, str], parts: dict[str, Part]) -> Client:
    assert parts
    return client_of(environment)


def article() -> bytes:
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    own = {"event_id": str(uuid4()), "occurred_at": now, "district": "148"}
    return orjson.dumps(SAMPLES["press", "article"] | own)


def sent(count: int, *headers: wire.Header) -> list[wire.Sent]:
    return [wire.Sent(b"148", article(), headers=headers) for _ in range(count)]


def head() -> dict[str, int]:
    now_ms = round(datetime.now(UTC).timestamp() * 1000)
    return {"first_ms": now_ms, "last_ms": now_ms}


def archived(reader: Client) -> int:
    return int(rows(reader, "SELECT count() FROM events_press FINAL")[0][0])


def test_good_events_are_archived_and_what_nobody_can_read_is_kept_apart(
    environment: dict[str, str], parts: dict[str, Part], reader: Client
) -> None:
    """Offsets: 5 × 4 of each codec, 3 with odd headers, 4 garbled, 1 bomb, 2 good ones."""
    servers = environment["IOC_KAFKA_BOOTSTRAP"]
    for codec in CODECS:
        producer = foreign_producer(servers, compression_type=codec)
        for _ in range(4):
            producer.produce(TOPIC, article(), b"148")
        deliver(producer)
    odd = wire.batch(0, sent(3, (b"\xff\xfe", None), (b"", b"\x00")), **head())
    garbled = wire.sealed(0, b"these are no records", count=4, last_delta=3, attributes=1, **head())
    bomb = wire.sealed(
        0, gzip.compress(bytes(MOST_BYTES + 1)), count=1, last_delta=0, attributes=1, **head()
    )
    good = wire.batch(0, sent(2), codec=4, **head())
    send_raw(servers, TOPIC, 0, [(odd, 3), (garbled, 4), (bomb, 1), (good, 2)])
    until(lambda: archived(reader) == 20 + 3 + 2, "all good events are archived")
    until(lambda: len(rows(reader, REFUSED)) == 4 + 1, "all others are kept apart")
    found = rows(reader, REFUSED)
    assert [row[0] for row in found] == [23, 24, 25, 26, 27]
    assert {row[1] for row in found} == {"unprocessable"}
    assert [row[2] for row in found] == [
        *["its batch: its records are no gzip (error)"] * 4,
        f"its batch: its records are more than {MOST_BYTES} bytes once inflated",
    ]
    assert [row[3] for row in found] == [len(garbled), 0, 0, 0, len(bomb)]
    assert "ends" not in parts["worker"].log
    status = run_ioc(environment, "status")
    assert status.returncode == 1
    assert "press: 5 events of the last 24 h could not be processed" in status.stdout
    audit = run_ioc(environment, "audit")
    assert audit.returncode == 0, audit.stdout + audit.stderr


def test_above_the_limit_the_worker_ends_with_a_sentence(
    environment: dict[str, str], parts: dict[str, Part], reader: Client
) -> None:
    servers = environment["IOC_KAFKA_BOOTSTRAP"]
    many = wire.sealed(0, b"no", count=2_000, last_delta=1_999, attributes=1, **head())
    before = len(rows(reader, REFUSED))
    send_raw(servers, TOPIC, 0, [(many, 2_000)])
    until(lambda: not parts["worker"].is_running, "the worker ends")
    assert "more than IOC_QUARANTINE_LIMIT=1000 and one in 1,000" in parts["worker"].log
    assert "Traceback" not in parts["worker"].log.split("IOC_QUARANTINE_LIMIT")[-1]
    assert len(rows(reader, REFUSED)) == before
