"""Transactions of a producer outside our control, librdkafka's, on Apache Kafka.

Its marks and aborted events leave no trace: not archived, not refused, no lag, no standstill.
"""

import time
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import orjson
import pytest
from clickhouse_connect.driver.client import Client
from confluent_kafka import Producer

from tests.contracts.samples import SAMPLES
from tests.e2e.ledger import rows
from tests.e2e.running import Part, ioc_environment, run_ioc
from tests.foreign import CODECS, deliver, foreign_producer
from tests.waiting import until

TOPIC = "ioc.events.press.v1"
MURMUR2 = "murmur2_random"
IDLE_S = 6
SKEW_S = 60
DISTRICTS = ("148", "150", "152", "153", "154", "155", "156", "157", "158", "159")
FAR_MS = 4_070_908_800_000
"""2099-01-01."""


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return ioc_environment(
        tmp_path_factory.mktemp("foreign"),
        IOC_FEEDS="press",
        IOC_IDLE_S=str(IDLE_S),
        IOC_DISORDER_S="1",
        IOC_AUDIT_EVERY_S="0",
    )


def article(district: str = "148") -> tuple[str, bytes]:
    """An event of this moment: its id, and its bytes."""
    event_id = str(uuid4())
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    own = {"event_id": event_id, "occurred_at": now, "district": district}
    return event_id, orjson.dumps(SAMPLES["press", "article"] | own)


def transactional(environment: dict[str, str], **config: Any) -> Producer:
    given = {"partitioner": MURMUR2, "transactional_id": str(uuid4()), **config}
    producer = foreign_producer(environment["IOC_KAFKA_BOOTSTRAP"], **given)
    producer.init_transactions(60)
    return producer


def sent(producer: Producer, count: int = 20) -> set[str]:
    """Ids of events that were sent, with headers as tracers write them, and worse."""
    ids = set()
    for _ in range(count):
        event_id, value = article()
        ids.add(event_id)
        producer.produce(TOPIC, value, b"148", headers=[("traceparent", b"00-4b"), ("x", None)])
    deliver(producer)
    return ids


def archived(reader: Client) -> set[str]:
    return {row[0] for row in rows(reader, "SELECT toString(event_id) FROM events_press FINAL")}


def _ends(reader: Client) -> dict[int, tuple[int, float, float]]:
    """Partition -> position, watermark and newest event, in seconds since 1970."""
    told = "SELECT partition, version, toUnixTimestamp(watermark), toUnixTimestamp(newest)"
    found = rows(reader, f"{told} FROM progress FINAL WHERE feed = 'press'")
    return {row[0]: (row[1], row[2], row[3]) for row in found}


@pytest.mark.parametrize("codec", CODECS)
def test_committed_events_count_and_aborted_ones_are_nothing(
    environment: dict[str, str], reader: Client, codec: str
) -> None:
    producer = transactional(environment, compression_type=codec)
    committed: set[str] = set()
    aborted: set[str] = set()
    for commits in (True, False, True, False, False):
        producer.begin_transaction()
        ids = sent(producer)
        if commits:
            committed |= ids
            producer.commit_transaction()
        else:
            aborted |= ids
            producer.abort_transaction()
    until(lambda: committed <= archived(reader), "all that was committed is archived")
    producer.begin_transaction()
    last = sent(producer, 1)
    producer.commit_transaction()
    until(lambda: last <= archived(reader), "what came behind the aborted ones is archived")
    assert not aborted & archived(reader)
    refused = "SELECT count() FROM rejects WHERE reason NOT IN ('too_far_ahead', 'wrong_partition')"
    assert rows(reader, refused) == [(0,)]
    # Only the broker knows of the offsets of markers and aborted events.
    audited = run_ioc(environment, "audit")
    assert audited.returncode == 0, audited.stdout + audited.stderr
    (blank,) = rows(reader, "SELECT sum(last - first + 1) FROM blank_offsets FINAL")[0]
    assert blank >= len(aborted) + 5  # a mark of each transaction; the last one may lie ahead


def test_behind_a_mark_the_watermark_goes_on_and_the_log_is_not_read_again(
    environment: dict[str, str], reader: Client, parts: dict[str, Part]
) -> None:
    producer = transactional(environment)
    producer.begin_transaction()
    known = sent(producer, 3)
    producer.commit_transaction()
    for _ in range(3):
        producer.begin_transaction()
        sent(producer, 2)
        producer.abort_transaction()
    until(lambda: known <= archived(reader), "it is archived")
    until(lambda: _moves(reader), "the watermark follows the clock behind marks")
    assert "catches up" not in parts["worker"].log
    assert "deleted from the log" not in parts["worker"].log


def test_a_transaction_that_stays_open_holds_nothing_up_and_counts_once_it_is_committed(
    environment: dict[str, str], reader: Client, parts: dict[str, Part]
) -> None:
    producer = transactional(environment)
    producer.begin_transaction()
    ids = sent(producer)
    opened_s = time.time()
    until(lambda: _moves(reader, opened_s), "the watermark goes on past an open transaction")
    assert not ids & archived(reader)
    producer.commit_transaction()
    until(lambda: ids <= archived(reader), "it is archived once committed")
    assert "catches up" not in parts["worker"].log


def test_an_event_dated_2099_is_refused_and_bends_nothing(
    environment: dict[str, str], reader: Client
) -> None:
    """Its record is dated 2099 too; what counts is when the broker took it."""
    producer = foreign_producer(environment["IOC_KAFKA_BOOTSTRAP"], partitioner=MURMUR2)
    event_id, value = article()
    ahead = orjson.dumps(orjson.loads(value) | {"occurred_at": "2099-01-01T00:00:00Z"})
    producer.produce(TOPIC, ahead, b"148", timestamp=FAR_MS)
    known = sent(producer, 5)
    until(lambda: known <= archived(reader), "those behind it are archived")
    assert event_id not in archived(reader)
    kept = "SELECT reason, published_at <= now64(3) FROM rejects FINAL"
    kept += " WHERE reason != 'wrong_partition'"  # those of another test
    until(lambda: rows(reader, kept) == [("too_far_ahead", True)], "it is refused, and not as late")
    assert not [end for end in _ends(reader).values() if end[2] > time.time() + SKEW_S]


def test_events_that_librdkafka_places_by_itself_are_refused_and_count_once_sent_again(
    environment: dict[str, str], reader: Client
) -> None:
    """CRC32 puts most districts elsewhere than murmur2. None is lost, none counts twice."""
    producer = foreign_producer(environment["IOC_KAFKA_BOOTSTRAP"])
    ids = {}
    for district in DISTRICTS:
        ids[district], value = article(district)
        producer.produce(TOPIC, value, district.encode())
    deliver(producer)
    known = "SELECT toString(event_id) FROM events_press FINAL"
    refused = "SELECT JSONExtractString(raw, 'event_id'), detail FROM rejects FINAL"
    elsewhere = f"{refused} WHERE reason = 'wrong_partition'"

    def verdicts() -> set[str]:
        found = {row[0] for row in [*rows(reader, known), *rows(reader, elsewhere)]}
        return found & set(ids.values())

    until(lambda: len(verdicts()) == len(DISTRICTS), "each has its verdict")
    wrong = {str(row[0]): str(row[1]) for row in rows(reader, elsewhere)}
    assert wrong
    assert all("partitioner=murmur2_random" in detail for detail in wrong.values())
    assert not archived(reader) & wrong.keys()
    done = run_ioc(environment, "rejects", "replay", "--reason", "wrong_partition")
    assert done.returncode == 0, done.stdout + done.stderr
    until(lambda: set(ids.values()) <= archived(reader), "they are archived once sent again")
    assert len(rows(reader, elsewhere)) == len(wrong)
    of_each = "SELECT district, uniqExact(partition) FROM events_press FINAL GROUP BY district"
    assert {count for _, count in rows(reader, of_each)} == {1}
    audited = run_ioc(environment, "audit")
    assert audited.returncode == 0, audited.stdout + audited.stderr


def _moves(reader: Client, since_s: float = 0.0) -> bool:
    """Does the watermark follow the clock, in each partition that has had an event?"""
    ends = [end for end in _ends(reader).values() if end[2]]
    return bool(ends) and all(watermark > max(newest, since_s) for _, watermark, newest in ends)
