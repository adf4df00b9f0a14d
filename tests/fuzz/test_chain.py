"""Fuzzed records through the whole chain: broker, worker, sink, ClickHouse, audit."""

import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import islice

import pytest
from clickhouse_connect.driver.client import Client
from kafka import KafkaProducer
from kafka.errors import KafkaError

from contracts.registry import FEEDS
from tests.e2e.ledger import client_of, places, published, rows
from tests.e2e.parts import parts_of
from tests.e2e.running import ioc_environment, run_ioc
from tests.fuzz.cases import Cases
from tests.waiting import until

EACH = 400
SEED = 11
DISTRICTS = ("148", "150", "152")
NAMES = [feed.name for feed in FEEDS]
BOMB = b"{" + b" " * 20_000_000 + b"}"
"""Compressed it is 20 kB, which any broker takes."""
YEAR_10000_MS = 253_402_300_800_000


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return ioc_environment(tmp_path_factory.mktemp("fuzzed"), IOC_AUDIT_EVERY_S="0")


@pytest.fixture(scope="module")
def logs(environment: dict[str, str]) -> Iterator[Mapping[str, set[tuple[int, int]]]]:
    """Feed -> the places of its log that hold a record, once all is worked through and stored."""
    with parts_of(environment, ()) as parts:
        for feed in NAMES:
            _publish(environment, feed)
        held = {feed: published(environment, feed) for feed in NAMES}
        reader = client_of(environment)
        until(lambda: _is_stored(reader, held), "all is accounted for")
        yield held
        for name in ("worker", "sink"):
            assert "Traceback" not in parts[name].log, parts[name].log[-3000:]


def _publish(environment: Mapping[str, str], feed: str) -> None:
    producer = KafkaProducer(
        bootstrap_servers=environment["IOC_KAFKA_BOOTSTRAP"],
        compression_type="gzip",
        max_request_size=2**26,
    )
    topic = f"ioc.events.{feed}.v1"
    now_ms = int(time.time() * 1000) - 60_000
    for case in islice(Cases(feed, SEED, now_ms, DISTRICTS), EACH):
        producer.send(topic, case.value, case.key)
    producer.send(topic, BOMB, b"148")
    ahead = producer.send(topic, b"no event", b"148", timestamp_ms=YEAR_10000_MS)
    producer.flush()
    with suppress(KafkaError):  # Apache Kafka does not take it; others may
        ahead.get(10)
    producer.close()


def _is_stored(reader: Client, held: Mapping[str, set[tuple[int, int]]]) -> bool:
    counted = "SELECT feed, count() FROM rejects FINAL GROUP BY feed"
    refused = {str(feed): int(count) for feed, count in rows(reader, counted)}
    archived = {
        feed: int(rows(reader, f"SELECT count() FROM events_{feed} FINAL")[0][0]) for feed in held
    }
    return all(len(log) == archived[feed] + refused.get(feed, 0) for feed, log in held.items())


@pytest.mark.parametrize("feed", NAMES)
def test_every_record_is_archived_or_refused(
    logs: Mapping[str, set[tuple[int, int]]], environment: dict[str, str], feed: str
) -> None:
    reader = client_of(environment)
    archived = places(reader, f"SELECT partition, offset FROM events_{feed} FINAL")
    refused = places(reader, f"SELECT partition, offset FROM rejects FINAL WHERE feed = '{feed}'")
    assert len(logs[feed]) >= EACH + 1
    assert len(archived) > EACH // 4
    assert sorted([*archived, *refused]) == sorted(logs[feed])


def test_the_bomb_is_kept_by_its_beginning(
    logs: Mapping[str, set[tuple[int, int]]], environment: dict[str, str]
) -> None:
    assert logs
    found = rows(
        client_of(environment),
        "SELECT feed, length(raw), detail FROM rejects FINAL"
        f" WHERE reason = 'too_large' AND detail LIKE '{len(BOMB)} bytes%' ORDER BY feed",
    )
    assert [(feed, size) for feed, size, _ in found] == [(feed, 1_024) for feed in sorted(NAMES)]


def test_the_audit_finds_no_fault(
    logs: Mapping[str, set[tuple[int, int]]], environment: dict[str, str]
) -> None:
    assert logs
    done = run_ioc(environment, "audit")
    assert done.returncode == 0, done.stdout + done.stderr
